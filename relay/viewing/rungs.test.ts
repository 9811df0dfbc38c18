import { beforeEach, describe, expect, it } from 'vitest';
import { Rungs } from './rungs.ts';

let rungs: Rungs<string>;
let nowMs: number;

beforeEach(() => {
  rungs = new Rungs();
  nowMs = 0;
});

/** Lets so much time pass with these targets; whose rung has changed. */
function pass(ms: number, targets: Record<string, number>): readonly string[] {
  const all = new Map(Object.entries(targets));
  const first = rungs.update(all, nowMs);
  nowMs += ms;
  return [...first, ...rungs.update(all, nowMs)];
}

describe('rungs', () => {
  it('leave everybody everything while nobody is far below', () => {
    expect(pass(10_000, { anna: 2_000, ben: 900, carl: 1_000 })).toEqual([]);
  });

  it('put down who is far below the median for a second', () => {
    expect(pass(999, { anna: 2_000, ben: 700, carl: 2_000 })).toEqual([]);
    expect(pass(1, { anna: 2_000, ben: 700, carl: 2_000 })).toEqual(['ben']);
    expect(rungs.rungOf('ben')).toBe('keyframes');
    expect(rungs.rungOf('anna')).toBe('full');
  });

  it('forgive a moment of weakness', () => {
    pass(900, { anna: 2_000, ben: 700 });
    pass(0, { anna: 2_000, ben: 900 });
    expect(pass(900, { anna: 2_000, ben: 700 })).toEqual([]);
  });

  it('do not let one fast path put down the many', () => {
    expect(pass(10_000, { anna: 5_000, ben: 700, carl: 700 })).toEqual([]);
  });

  it('take up again who is near for five seconds', () => {
    pass(1_000, { anna: 2_000, ben: 700 });
    expect(pass(60_000, { anna: 2_000, ben: 900 })).toEqual([]);
    expect(pass(4_999, { anna: 2_000, ben: 1_100 })).toEqual([]);
    expect(pass(1, { anna: 2_000, ben: 1_100 })).toEqual(['ben']);
    expect(rungs.rungOf('ben')).toBe('full');
  });

  it('take up at once who is left alone', () => {
    pass(1_000, { anna: 2_000, ben: 700 });
    expect(pass(0, { ben: 700 })).toEqual(['ben']);
  });

  it('know nothing of nobody', () => {
    expect(rungs.update(new Map(), 0)).toEqual([]);
    expect(rungs.rungOf('anna')).toBe('full');
  });
});
