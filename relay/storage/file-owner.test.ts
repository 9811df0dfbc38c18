import { chownSync, closeSync, openSync } from 'node:fs';
import { link, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeAtomically } from './atomic-file.ts';
import { giveToOwnerOf } from './file-owner.ts';
import { LOCK_FILE, lockState } from './state-lock.ts';

const SOMEBODY = 54_321;
const isRoot = process.geteuid?.() === 0;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-owner-'));
});

afterEach(() => rm(directory, { recursive: true }));

it('leaves a file of our own alone', async () => {
  const descriptor = openSync(join(directory, 'file'), 'w');
  giveToOwnerOf(directory, descriptor);
  closeSync(descriptor);
  expect((await stat(join(directory, 'file'))).uid).toBe(process.geteuid?.());
});

describe.runIf(isRoot)('in somebody’s directory', () => {
  it('root leaves them what it writes and what it locks', async () => {
    chownSync(directory, SOMEBODY, SOMEBODY);
    await writeAtomically(join(directory, 'access.json'), '{}');
    const attempt = await lockState(directory);
    if (attempt.type === 'locked') attempt.lock.release();
    const names = await readdir(directory);
    expect(names.sort()).toEqual(['access.json', 'lock']);
    for (const name of names) {
      expect(await stat(join(directory, name))).toMatchObject({ uid: SOMEBODY, gid: SOMEBODY });
    }
  });

  it.each([
    ['symbolic', symlink],
    ['hard', link],
  ])('root gives away no file of its own that a %s link passes off as the lock', async (_, make) => {
    const target = join(directory, 'passwords');
    await writeFile(target, '', { mode: 0o644 });
    const theirs = await mkdtemp(join(directory, 'theirs-'));
    chownSync(theirs, SOMEBODY, SOMEBODY);
    await make(target, join(theirs, LOCK_FILE));
    const attempt = await lockState(theirs).catch(() => null);
    if (attempt?.type === 'locked') attempt.lock.release();
    expect(await stat(target)).toMatchObject({ uid: 0, gid: 0 });
  });
});
