import { describe, expect, test } from 'vitest';
import { anna, OPENED_AT, type Said, TestWatchLog } from '#shared/testing/test-watch-log.ts';
import { WatchRecords } from './watch-records.ts';

const { gid, name } = anna;
const whole = { gid, name };
const begun = (start: number) => ({ start, since: OPENED_AT + start, gid, name });

async function entriesOf(...said: Said[]) {
  const log = await (await TestWatchLog.create()).write({ type: 'opened', after: 'nothing' }, ...said);
  return log.entries.toReversed();
}

describe('viewings out of a log', () => {
  test('are told by their end where there is one, and by their beginning while they go on', async () => {
    const entries = await entriesOf(
      { type: 'started', ...anna },
      { type: 'started', ...anna },
      { type: 'ended', ...begun(1), path: 'relayed', reason: 'left' },
    );
    const [ended, ongoing] = [
      { ...whole, from: OPENED_AT + 1, until: OPENED_AT + 3, path: 'relayed', isInterrupted: false },
      { ...whole, from: OPENED_AT + 2, until: null, path: null, isInterrupted: false },
    ];
    expect(new WatchRecords().take(entries)).toEqual([ended, ongoing]);
  });

  test('have no known end where the camera was cut off', async () => {
    const entries = await entriesOf({ type: 'started', ...anna }, { type: 'interrupted', ...begun(1) });
    expect(new WatchRecords().take(entries)).toEqual([
      { ...whole, from: OPENED_AT + 1, until: null, path: null, isInterrupted: true },
    ]);
  });

  test('are told once, whichever page their beginning is on', async () => {
    const entries = await entriesOf(
      { type: 'started', ...anna },
      { type: 'watching', ...begun(1), jkt: anna.jkt },
      { type: 'ended', ...begun(1), path: null, reason: 'left' },
    );
    for (const size of [1, 2, 3, 4]) {
      const records = new WatchRecords();
      const pages = [entries.slice(0, size), entries.slice(size)];
      expect(pages.flatMap((page) => records.take(page))).toHaveLength(1);
    }
  });

  test('that go on are told though their beginning was dropped', async () => {
    const entries = await entriesOf(
      { type: 'started', ...anna },
      { type: 'watching', ...begun(1), jkt: anna.jkt },
      { type: 'dropped', first: 2, why: 'size' },
    );
    expect(new WatchRecords().take(entries.slice(0, 2))).toEqual([
      { ...whole, from: OPENED_AT + 1, until: null, path: null, isInterrupted: false },
    ]);
  });
});
