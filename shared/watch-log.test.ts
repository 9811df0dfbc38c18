import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { anna, story, TestWatchLog } from './testing/test-watch-log.ts';
import { verifyWatchLog, type WatchPoint } from './watch-log.ts';

let log: TestWatchLog;
let other: TestWatchLog;

beforeAll(async () => {
  log = await (await TestWatchLog.create()).write(...story);
  other = await (await TestWatchLog.create()).write(...story);
});

const verify = (lines: readonly unknown[], from?: WatchPoint) =>
  verifyWatchLog(lines, log.identity.publicJwk, from === undefined ? {} : { from });
const faulty = (code: string, index: number) => ({ type: 'faulty', code, index });
const point = (seq: number): WatchPoint => {
  const found = log.points[seq];
  if (!found) throw new RangeError('no such entry');
  return found;
};

describe('a log', () => {
  it('is authentic as it was written, and tells its head', async () => {
    expect(await verify(log.lines)).toEqual({
      type: 'authentic',
      entries: log.entries,
      head: log.points.at(-1),
      isLinked: false,
    });
  });

  it('is authentic in any part', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(story.length), fc.nat(story.length), async (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        expect(await verify(log.lines.slice(start, end))).toMatchObject({
          type: 'authentic',
          entries: log.entries.slice(start, end),
        });
      }),
      { numRuns: 30 },
    );
  });

  it('may tell of a clock that was set back', async () => {
    const late = await TestWatchLog.create();
    await late.write(...story.slice(0, 1));
    await late.forge(
      { type: 'started', ...anna, at: 5 },
      {
        seq: 1,
        prev: late.points[0]?.hash ?? '',
      },
    );
    expect(await verifyWatchLog(late.lines, late.identity.publicJwk)).toMatchObject({ type: 'authentic' });
  });

  it.each([0, 3, story.length - 1])('is refused where line %i is another camera’s', async (index) => {
    const lines = log.lines.with(index, other.lines[index] ?? '');
    expect(await verify(lines)).toEqual(faulty('bad_signature', index));
  });

  it('is refused where a line has the signature of another', async () => {
    const [header, payload] = (log.lines[2] ?? '').split('.');
    const signature = log.lines[3]?.split('.')[2];
    const lines = log.lines.with(2, [header, payload, signature].join('.'));
    expect(await verify(lines)).toEqual(faulty('bad_signature', 2));
  });

  it('is refused where a line is missing, twice there, or in another’s place', async () => {
    expect(await verify(log.lines.toSpliced(2, 1))).toEqual(faulty('gap', 2));
    expect(await verify(log.lines.toSpliced(2, 0, log.lines[1] ?? ''))).toEqual(faulty('out_of_order', 2));
    expect(await verify(log.lines.toReversed())).toEqual(faulty('out_of_order', 1));
  });

  it('is refused where its own camera has written another story', async () => {
    const fork = await TestWatchLog.create();
    await fork.write(...story.slice(0, 2));
    await fork.forge({ type: 'started', ...anna }, { seq: 2, prev: 'x'.repeat(43) });
    expect(await verifyWatchLog(fork.lines, fork.identity.publicJwk)).toEqual(faulty('broken_chain', 2));
  });

  it.each([
    ['an empty line', ''],
    ['no text', undefined],
    ['a number', 3],
    ['a broken line', 'eyJ.eyJ.'],
    ['a very long line', 'a'.repeat(1_000_000)],
  ])('is refused with %s in it', async (_, line) => {
    expect(await verify([log.lines[0], line, log.lines[1]])).toEqual(faulty('malformed', 1));
  });

  it('is refused with any line replaced by anything', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(story.length - 1), fc.anything(), async (index, value) => {
        const lines: unknown[] = [...log.lines];
        lines[index] = value;
        expect(await verify(lines)).toMatchObject({ type: 'faulty', index });
      }),
    );
  });
});

describe('a log of which something is known', () => {
  it.each([0, 2, story.length - 1])('is linked to entry %i in it', async (seq) => {
    expect(await verify(log.lines, point(seq))).toMatchObject({ type: 'authentic', isLinked: true });
  });

  it('is linked to the entry just before it', async () => {
    expect(await verify(log.lines.slice(3), point(2))).toMatchObject({ type: 'authentic', isLinked: true });
  });

  it('is authentic, but not linked, when there is more between', async () => {
    expect(await verify(log.lines.slice(4), point(2))).toMatchObject({ type: 'authentic', isLinked: false });
  });

  it('has gone back when it ends before that', async () => {
    const known = point(4);
    expect(await verify(log.lines.slice(0, 4), known)).toEqual(faulty('rolled_back', 4));
    expect(await verify([], known)).toEqual(faulty('rolled_back', 0));
  });

  it('has gone back when it says something else there, however long it is by now', async () => {
    const changed = { seq: 3, hash: 'x'.repeat(43) };
    expect(await verify(log.lines, changed)).toEqual(faulty('rolled_back', 3));
    expect(await verify(log.lines.slice(4), changed)).toEqual(faulty('rolled_back', 0));
  });

  it('has gone back when it was begun anew', async () => {
    const again = await TestWatchLog.create();
    await again.write(...story.slice(0, 3), ...story.slice(1, 2), ...story.slice(1, 3));
    expect(await verifyWatchLog(again.lines, again.identity.publicJwk, { from: point(2) })).toEqual(
      faulty('rolled_back', 2),
    );
  });
});
