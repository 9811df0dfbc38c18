import { beforeEach, describe, expect, it } from 'vitest';
import { type ProbeConditions, ProbePlanner } from './probe-planner.ts';

const S = 1_000_000;
const CALM: ProbeConditions = {
  nowUs: 0,
  targetBps: 1_000_000,
  deliveredBps: 930_000,
  isCapacityKnown: false,
  queueUs: 0,
  lossRate: 0,
  decreasedAtUs: Number.NEGATIVE_INFINITY,
};

let planner: ProbePlanner;

beforeEach(() => {
  planner = new ProbePlanner(5_000_000);
});

/** When, in tenths of a second, probes are planned over so many seconds. */
function plannedAt(seconds: number, conditions: Partial<ProbeConditions> = {}, from = 0): number[] {
  const moments: number[] = [];
  for (let tenth = from * 10; tenth < (from + seconds) * 10; tenth++) {
    if (planner.plan({ ...CALM, ...conditions, nowUs: tenth * 100_000 })) moments.push(tenth);
  }
  return moments;
}

describe('probe planner', () => {
  it('makes a probe of the first picture', () => {
    expect(planner.first(1_000_000)).toMatchObject({ rateBps: 8_000_000, isFilled: false });
  });

  it('looks more and more seldom while nothing comes of it', () => {
    const moments = plannedAt(60);
    const apart = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));
    expect(moments[0]).toBe(30);
    expect(apart).toEqual([48, 77, 120, 120, 120]);
  });

  it('begins anew after a success, with a faster one at once', () => {
    plannedAt(20);
    expect(planner.follow({ rateBps: 2_000_000, carriedBps: 1_500_000 })?.rateBps).toBe(3_000_000);
    expect(plannedAt(10, {}, 20)[0]).toBeLessThanOrEqual(240);
  });

  it('leaves it at a result that shows the limit', () => {
    expect(planner.follow({ rateBps: 2_000_000, carriedBps: 1_300_000 })).toBeNull();
    expect(planner.follow({ rateBps: 5_000_000, carriedBps: 5_000_000 })).toBeNull();
  });

  it('looks often while the path carries much less than it once did', () => {
    plannedAt(1, { targetBps: 3_000_000 });
    expect(plannedAt(9, {}, 1)).toEqual([12, 24, 36, 48, 60, 72, 84, 96]);
  });

  it('doubles what it does not know the end of, and is careful otherwise', () => {
    expect(planner.plan({ ...CALM, nowUs: 10 * S })?.rateBps).toBe(2_000_000);
    expect(planner.plan({ ...CALM, nowUs: 30 * S, isCapacityKnown: true })?.rateBps).toBe(1_600_000);
    const fast = { ...CALM, targetBps: 4_000_000, deliveredBps: 3_700_000 };
    expect(planner.plan({ ...fast, nowUs: 60 * S })?.rateBps).toBe(5_000_000);
  });

  it.each([
    ['right after a decrease', { decreasedAtUs: 9.5 * S }],
    ['into a queue', { queueUs: 31_000 }],
    ['where packets get lost', { lossRate: 0.06 }],
    ['for what nobody uses', { deliveredBps: 650_000 }],
    ['beyond what is of use', { targetBps: 5_000_000 }],
  ])('does not look %s', (_, conditions) => {
    expect(planner.plan({ ...CALM, nowUs: 10 * S, ...conditions })).toBeNull();
  });
});
