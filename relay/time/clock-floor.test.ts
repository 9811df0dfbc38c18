import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createLog } from '../log.ts';
import { ClockFloor } from './clock-floor.ts';

let directory: string;
let path: string;
let journal: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-clock-'));
  path = join(directory, 'clock.json');
  journal = [];
});

afterEach(() => rm(directory, { recursive: true }));

const open = () =>
  new ClockFloor({ path, clock: new FakeClock(), log: createLog((line) => journal.push(line)) });

describe('the floor of the clock', () => {
  it('is none at the first start', async () => {
    expect(await open().read()).toBe(0);
    expect(journal).toEqual([]);
  });

  it('is kept over restarts, also beyond 2038', async () => {
    for (const floorS of [1_800_000_000, 2 ** 31, 2 ** 32]) {
      await open().write(floorS);
      expect(await open().read()).toBe(floorS);
    }
    expect(await readdir(directory)).toEqual(['clock.json']);
  });

  it('is for its owner only', async () => {
    await open().write(1);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['nothing', ''],
    ['half a file', '{"version":1,"flo'],
    ['another version', '{"version":2,"floor":1}'],
    ['an unknown member', '{"version":1,"floor":1,"by":"x"}'],
    ['text for a number', '{"version":1,"floor":"1"}'],
    ['half a second', '{"version":1,"floor":1.5}'],
    ['a time before 1970', '{"version":1,"floor":-1}'],
    ['a time after the year 9999', '{"version":1,"floor":253402300800}'],
    ['no number', '{"version":1,"floor":null}'],
  ])('is none in a file of %s, which is set aside', async (_, text) => {
    await writeFile(path, text);
    expect(await open().read()).toBe(0);
    const [aside, ...others] = await readdir(directory);
    expect(others).toEqual([]);
    expect(aside).toMatch(/^clock\.json\.damaged-/);
    expect(await readFile(join(directory, aside ?? ''), 'utf8')).toBe(text);
    expect(journal).toEqual([expect.stringContaining('clock floor damaged')]);
    await open().write(5);
    expect(await open().read()).toBe(5);
  });

  it('is none where the file cannot be read, and says so by code', async () => {
    await mkdir(path);
    expect(await open().read()).toBe(0);
    expect(journal).toEqual([expect.stringContaining('code="EISDIR"')]);
  });

  it('cannot be kept where a file is in the place of the directory, and says so by code', async () => {
    await writeFile(path, '');
    const elsewhere = new ClockFloor({
      path: join(path, 'clock.json'),
      clock: new FakeClock(),
      log: createLog((line) => journal.push(line)),
    });
    await expect(elsewhere.write(1)).rejects.toMatchObject({ code: 'EEXIST' });
  });
});
