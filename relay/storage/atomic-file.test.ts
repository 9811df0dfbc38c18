import { mkdtemp, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFileAsIs, readPrivateFile } from './atomic-file.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-file-'));
  path = join(directory, 'access.json');
});

afterEach(() => rm(directory, { recursive: true }));

describe('a file of the camera', () => {
  it('is read, and is nothing where there is none', async () => {
    expect(await readPrivateFile(path)).toBeNull();
    expect(await readFileAsIs(path)).toBeNull();
    await writeFile(path, 'text');
    expect(await readPrivateFile(path)).toBe('text');
    expect(await readFileAsIs(path)).toBe('text');
  });

  it('is shut to others when it is read, unless it is only looked at', async () => {
    await writeFile(path, 'text', { mode: 0o644 });
    await readFileAsIs(path);
    expect((await stat(path)).mode & 0o777).toBe(0o644);
    await readPrivateFile(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('is not a link, by which root would change the rights of some other file', async () => {
    const target = join(directory, 'passwords');
    await writeFile(target, 'text', { mode: 0o644 });
    await symlink(target, path);
    await expect(readPrivateFile(path)).rejects.toMatchObject({ code: 'ELOOP' });
    expect((await stat(target)).mode & 0o777).toBe(0o644);
  });

  it.each([
    ['read', readPrivateFile],
    ['looked at', readFileAsIs],
  ])('is not %s when it is larger than memory', async (_, read) => {
    await writeFile(path, '');
    await truncate(path, 2 ** 42);
    await expect(read(path)).rejects.toMatchObject({ code: 'damaged' });
  });
});
