import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { story, TestWatchLog } from '#shared/testing/test-watch-log.ts';
import { verifyWatchLogFile } from './verify-watch-log-file.ts';

let log: TestWatchLog;
let directory: string;
let path: string;

beforeAll(async () => {
  log = await (await TestWatchLog.create()).write(...story);
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-verify-'));
  path = join(directory, 'watched.log');
});

afterEach(() => rm(directory, { recursive: true }));

async function verdictOn(lines: readonly string[], tail = '') {
  await writeFile(path, lines.map((line) => `${line}\n`).join('') + tail);
  return verifyWatchLogFile(path, log.identity);
}

describe('a check of the whole log', () => {
  it('counts what is there', async () => {
    expect(await verdictOn(log.lines)).toEqual({
      entries: story.length,
      viewings: 2,
      damages: 0,
      oldest: log.entries[0],
      newest: log.entries.at(-1),
      head: log.points.at(-1),
      fault: null,
      isUnfinished: false,
    });
  });

  it('finds no log where there is none, and nothing in an empty one', async () => {
    expect(await verifyWatchLogFile(path, log.identity)).toBeNull();
    expect(await verdictOn([])).toMatchObject({ entries: 0, fault: null, head: null });
  });

  it('fails where there is something else', async () => {
    await expect(verifyWatchLogFile(directory, log.identity)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  it('names the first line that is wrong, and believes those before it', async () => {
    const other = await (await TestWatchLog.create()).write(...story);
    expect(await verdictOn(log.lines.with(2, other.lines[2] ?? ''))).toMatchObject({
      entries: 2,
      fault: { code: 'bad_signature', line: 3 },
    });
    expect(await verdictOn(log.lines.toSpliced(4, 1))).toMatchObject({ fault: { code: 'gap', line: 5 } });
    expect(await verdictOn(log.lines.with(1, ''))).toMatchObject({ fault: { code: 'malformed', line: 2 } });
  });

  it('misses a beginning that no entry says was dropped', async () => {
    expect(await verdictOn(log.lines.slice(1))).toMatchObject({ fault: { code: 'gap', line: 1 } });
    const bounded = await (await TestWatchLog.create()).write(...story.slice(0, 3));
    await bounded.write({ type: 'dropped', first: 2, why: 'size' });
    await writeFile(path, `${bounded.lines.slice(2).join('\n')}\n`);
    expect(await verifyWatchLogFile(path, bounded.identity)).toMatchObject({ entries: 2, fault: null });
  });

  it('tells of a last line that has no end, which is no fault', async () => {
    const [whole, last = ''] = [log.lines.slice(0, -1), log.lines.at(-1)];
    expect(await verdictOn(whole, last.slice(0, 99))).toMatchObject({
      entries: story.length - 1,
      fault: null,
      isUnfinished: true,
    });
  });

  it('stops at a line without an end, however long', async () => {
    const endless = 'a'.repeat(2_000_000);
    expect(await verdictOn(log.lines, endless)).toMatchObject({
      entries: story.length,
      fault: { code: 'malformed', line: story.length + 1 },
      isUnfinished: false,
    });
  });
});
