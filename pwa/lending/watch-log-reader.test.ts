import { describe, expect, test } from 'vitest';
import { anna, OPENED_AT, type Said, TestWatchLog } from '#shared/testing/test-watch-log.ts';
import type { WatchPage } from '#shared/watch-page.ts';
import { StorageError } from '../storage/storage-error.ts';
import { createLendingBench } from '../testing/lending-bench.ts';
import type { Lending, WatchLogPage } from './lending.ts';

/** Viewings that began and ended, one after the other. */
function viewings(count: number, startAt = 1): Said[] {
  const { gid, name } = anna;
  return Array.from({ length: count }, (_, index) => startAt + 2 * index).flatMap((start) => [
    { type: 'started', ...anna },
    { type: 'ended', start, since: OPENED_AT + start, gid, name, path: 'direct', reason: 'left' },
  ]);
}

async function setUp(count = 10) {
  const log = await TestWatchLog.create();
  await log.write({ type: 'opened', after: 'nothing' }, ...viewings(count));
  const bench = await createLendingBench(log.identity);
  const { camera, desk, record, link, reported } = bench;
  const show = (lines: readonly string[], first = 0) => {
    camera.log = lines;
    camera.logFirst = first;
  };
  show(log.lines);
  const lending = await desk.open(record.gid);
  const end = () => {
    expect(reported).toEqual([]);
    desk.close();
    link.close();
  };
  /** Another visit of the same phone. */
  const reopen = () => bench.createDesk().open(record.gid);
  return { ...bench, log, lending, show, end, reopen };
}

async function readAll(lending: Lending): Promise<WatchLogPage[]> {
  const pages = [await lending.readLog(null)];
  for (let last = pages[0]; last !== undefined && last.before !== null; last = pages.at(-1)) {
    pages.push(await lending.readLog(last.before));
  }
  return pages;
}

const isGenuine = (pages: WatchLogPage[]) => pages.every((page) => page.isGenuine);

describe('the log of who watched', () => {
  test('is read page by page to its beginning, newest first', async () => {
    const { lending, end } = await setUp();
    const pages = await readAll(lending);
    expect(pages.length).toBeGreaterThan(2);
    expect(isGenuine(pages)).toBe(true);
    const records = pages.flatMap((page) => page.records);
    expect(records).toHaveLength(10);
    expect(records.map(({ from }) => from)).toEqual(
      records.map(({ from }) => from).toSorted((a, b) => b - a),
    );
    expect(records[0]).toEqual({
      ...{ gid: anna.gid, name: anna.name, path: 'direct', isInterrupted: false },
      ...{ from: OPENED_AT + 19, until: OPENED_AT + 20 },
    });
    end();
  });

  test('of a camera that keeps none, or nobody has watched with, is empty', async () => {
    const { lending, log, show, end } = await setUp(0);
    const nothing = { records: [], before: null, isGenuine: true, damagedAt: null };
    expect(await lending.readLog(null)).toEqual(nothing);
    show([], log.lines.length);
    end();
    const { lending: other, show: showOther, end: endOther } = await setUp(0);
    showOther([]);
    expect(await other.readLog(null)).toEqual(nothing);
    endOther();
  });

  test('is remembered by its newest entry, which the next visit must find', async () => {
    const { lending, log, show, records, record, reopen, end } = await setUp(2);
    await readAll(lending);
    expect(records.logHeads.values.get(record.gid)).toEqual(log.points.at(-1));
    await log.write(...viewings(8, 5));
    show(log.lines);
    expect(isGenuine(await readAll(await reopen()))).toBe(true);
    expect(records.logHeads.values.get(record.gid)).toEqual(log.points.at(-1));
    end();
  });

  test('that ends before what was seen has been put back', async () => {
    const { lending, log, show, reopen, records, record, end } = await setUp();
    await readAll(lending);
    show(log.lines.slice(0, 9));
    expect((await (await reopen()).readLog(null)).isGenuine).toBe(false);
    show([]);
    expect((await (await reopen()).readLog(null)).isGenuine).toBe(false);
    expect(records.logHeads.values.get(record.gid)).toEqual(log.points.at(-1));
    end();
  });

  test('that says something else where it was seen has been rewritten', async () => {
    const { lending, log, show, reopen, records, record, end } = await setUp(2);
    await readAll(lending);
    const seen = log.points.at(-1);
    const forged = Object.assign(await TestWatchLog.create(), { identity: log.identity });
    await forged.write({ type: 'opened', after: 'damaged' }, ...viewings(10));
    show(forged.lines);
    const pages = await readAll(await reopen());
    // Only the part that reaches back to what was seen shows it.
    expect(pages.map((page) => page.isGenuine)).toContain(false);
    expect(records.logHeads.values.get(record.gid)).toEqual(seen);
    end();
  });

  test('whose pages do not follow each other is not genuine', async () => {
    const { lending, camera, end } = await setUp();
    const first = await lending.readLog(null);
    const skipping = (first.before ?? 0) - 1;
    expect(await lending.readLog(skipping)).toMatchObject({ isGenuine: false });
    camera.mendLog = (page) => (page === null ? null : { ...page, seq: page.seq - 1 });
    expect(await lending.readLog(first.before)).toEqual({
      records: [],
      before: null,
      isGenuine: false,
      damagedAt: null,
    });
    end();
  });

  test.each<[string, (page: WatchPage) => unknown]>([
    ['text', () => 'page'],
    ['an event less', (page) => ({ ...page, events: page.events.slice(1) })],
    ['another signature', (page) => ({ ...page, sig: 'A'.repeat(86) })],
    ['another name', (page) => ({ ...page, events: page.events.map((one) => ({ ...one, name: 'Eve' })) })],
  ])('shows nothing of a page with %s', async (_, mend) => {
    const { lending, camera, records, end } = await setUp();
    camera.mendLog = (page) => (page === null ? null : mend(page));
    expect(await lending.readLog(null)).toEqual({
      records: [],
      before: null,
      isGenuine: false,
      damagedAt: null,
    });
    expect(records.logHeads.values.size).toBe(0);
    end();
  });

  test('that the camera has found damaged says so, though what is left of it holds', async () => {
    const { lending, log, show, reopen, end } = await setUp();
    await readAll(lending);
    await log.write(...viewings(2, log.lines.length));
    // Somebody cut off all but the newest line, and the camera has started since.
    const first = log.lines.length - 1;
    await log.write({ type: 'dropped', first, why: 'damaged' });
    show(log.lines.slice(first), first);
    const page = await (await reopen()).readLog(null);
    expect(page).toMatchObject({ isGenuine: true, damagedAt: OPENED_AT + first + 1 });
    end();
  });

  test('may have been shortened, as it says itself', async () => {
    const { lending, log, show, reopen, records, record, end } = await setUp(5);
    await lending.readLog(null);
    await log.write(...viewings(3, 11), { type: 'dropped', first: 12, why: 'size' });
    show(log.lines.slice(12), 12);
    const pages = await readAll(await reopen());
    expect(isGenuine(pages)).toBe(true);
    expect(records.logHeads.values.get(record.gid)).toEqual(log.points.at(-1));
    end();
  });

  test('is not genuine where it was shortened and does not say so', async () => {
    const { lending, log, show, end } = await setUp(5);
    show(log.lines.slice(4), 4);
    expect(isGenuine(await readAll(lending))).toBe(false);
    end();
  });

  test('may be shortened while it is read', async () => {
    const { lending, log, show, end } = await setUp();
    const first = await lending.readLog(null);
    const { length } = log.lines;
    await log.write({ type: 'dropped', first: length - 2, why: 'size' });
    show(log.lines.slice(length - 2), length - 2);
    expect(first.isGenuine).toBe(true);
    expect(await lending.readLog(first.before)).toEqual({
      records: [],
      before: null,
      isGenuine: true,
      damagedAt: null,
    });
    end();
  });

  test('is not held against a memory that is damaged', async () => {
    const { lending, record, records, end } = await setUp(1);
    await records.logHeads.write(record.gid, { seq: -1, hash: '' });
    expect(await lending.readLog(null)).toMatchObject({ isGenuine: true });
    end();
  });

  test('is shown though this phone cannot remember it', async () => {
    const { lending, records, reported, desk, link } = await setUp(1);
    records.logHeads.fault = () => new StorageError('storage_failed', 'full');
    expect(await lending.readLog(null)).toMatchObject({ isGenuine: true, records: [{ name: anna.name }] });
    expect(reported).toHaveLength(1);
    desk.close();
    link.close();
  });
});
