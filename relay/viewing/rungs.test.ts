import { beforeEach, describe, expect, it } from 'vitest';
import { Rungs } from './rungs.ts';

let rungs: Rungs<string>;
let nowMs: number;
let hasLow: boolean;

beforeEach(() => {
  rungs = new Rungs();
  nowMs = 0;
  hasLow = true;
});

/** Lets so much time pass with these targets, kbit/s; whose rung has changed. */
function pass(ms: number, targets: Record<string, number>): readonly string[] {
  const all = new Map(Object.entries(targets).map(([name, kbps]) => [name, kbps * 1000]));
  const first = rungs.update(all, { nowMs, hasLow, maxBps: 2_500_000 });
  nowMs += ms;
  return [...first, ...rungs.update(all, { nowMs, hasLow, maxBps: 2_500_000 })];
}

const rungsOf = (...names: string[]) => names.map((name) => rungs.rungOf(name));

describe('rungs', () => {
  it('leave everybody everything while nobody is far below', () => {
    expect(pass(10_000, { anna: 2_000, ben: 1_250, carl: 1_250 })).toEqual([]);
  });

  it('put down who is far below the median for a second', () => {
    expect(pass(999, { anna: 2_000, ben: 700, carl: 2_000 })).toEqual([]);
    expect(pass(1, { anna: 2_000, ben: 700, carl: 2_000 })).toEqual(['ben']);
    expect(rungsOf('anna', 'ben')).toEqual(['full', 'low']);
  });

  it('forgive a moment of weakness', () => {
    pass(900, { anna: 2_000, ben: 500 });
    pass(0, { anna: 2_000, ben: 1_600 });
    expect(pass(900, { anna: 2_000, ben: 500 })).toEqual([]);
  });

  it('put down at once where the low rendition is made already', () => {
    pass(1_000, { anna: 2_000, ben: 500, carl: 2_000 });
    expect(pass(0, { anna: 2_000, ben: 500, carl: 600 })).toEqual(['carl']);
  });

  it('do not let one fast path put down the many', () => {
    expect(pass(10_000, { anna: 2_500, ben: 700, carl: 700 })).toEqual([]);
  });

  it('count no more than the camera makes', () => {
    expect(pass(10_000, { anna: 9_000, ben: 1_600 })).toEqual([]);
  });

  it('put nobody down who would lose more than the others win', () => {
    expect(pass(10_000, { anna: 2_500, ben: 1_300 })).toEqual([]);
    expect(pass(10_000, { anna: 2_500, ben: 1_300, carl: 2_500, dora: 2_500, emil: 2_500 })).toEqual(['ben']);
  });

  it('take up again who is near for five seconds', () => {
    pass(1_000, { anna: 2_000, ben: 500 });
    expect(pass(4_999, { anna: 2_000, ben: 1_500 })).toEqual([]);
    expect(pass(1, { anna: 2_000, ben: 1_500 })).toEqual(['ben']);
    expect(rungsOf('ben')).toEqual(['full']);
  });

  it('leave where they are those who are neither near nor far', () => {
    expect(pass(60_000, { anna: 1_200, ben: 640 })).toEqual([]);
    pass(1_000, { anna: 1_200, ben: 500 });
    expect(pass(60_000, { anna: 1_200, ben: 640 })).toEqual([]);
    expect(rungsOf('ben')).toEqual(['low']);
  });

  it('give keyframes alone to a path that is too narrow for the low rendition, until it is wider', () => {
    pass(1_000, { anna: 2_000, ben: 80 });
    expect(rungsOf('ben')).toEqual(['keyframes']);
    expect(pass(60_000, { anna: 2_000, ben: 107 })).toEqual([]);
    expect(pass(5_000, { anna: 2_000, ben: 109 })).toEqual(['ben']);
    expect(rungsOf('ben')).toEqual(['low']);
    expect(pass(1_000, { anna: 2_000, ben: 80 })).toEqual(['ben']);
    expect(rungsOf('ben')).toEqual(['keyframes']);
  });

  it('take up at once who is left alone', () => {
    pass(1_000, { anna: 2_000, ben: 700 });
    expect(pass(0, { ben: 700 })).toEqual(['ben']);
    expect(rungsOf('ben')).toEqual(['full']);
  });

  it('know nothing of nobody', () => {
    expect(pass(0, {})).toEqual([]);
    expect(rungsOf('anna')).toEqual(['full']);
  });
});

describe('rungs of a source without a low rendition', () => {
  beforeEach(() => {
    hasLow = false;
  });

  it('give keyframes alone to who is far below for a second', () => {
    expect(pass(10_000, { anna: 2_000, ben: 900 })).toEqual([]);
    expect(pass(1_000, { anna: 2_000, ben: 700 })).toEqual(['ben']);
    expect(rungsOf('ben')).toEqual(['keyframes']);
  });

  it('take up again who is near for five seconds', () => {
    pass(1_000, { anna: 2_000, ben: 700 });
    expect(pass(60_000, { anna: 2_000, ben: 940 })).toEqual([]);
    expect(pass(5_000, { anna: 2_000, ben: 970 })).toEqual(['ben']);
    expect(rungsOf('ben')).toEqual(['full']);
  });

  it('keep nobody on a low rendition that is no longer made', () => {
    hasLow = true;
    pass(1_000, { anna: 2_000, ben: 500, carl: 1_000, dora: 2_000 });
    expect(rungsOf('ben', 'carl')).toEqual(['low', 'low']);
    hasLow = false;
    pass(0, { anna: 2_000, ben: 500, carl: 1_000, dora: 2_000 });
    expect(rungsOf('ben', 'carl')).toEqual(['keyframes', 'full']);
  });
});
