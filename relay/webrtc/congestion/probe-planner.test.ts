import { beforeEach, describe, expect, it } from 'vitest';
import { type ProbeConditions, ProbePlanner } from './probe-planner.ts';

const S = 1_000_000;
const CALM: ProbeConditions = {
  nowUs: 0,
  targetBps: 1_000_000,
  deliveredBps: 930_000,
  isCapacityKnown: false,
  queueUs: 0,
  noiseUs: 0,
  lossRate: 0,
  decreasedAtUs: Number.NEGATIVE_INFINITY,
};

let planner: ProbePlanner;

beforeEach(() => {
  planner = new ProbePlanner(5_000_000);
  planner.plan(CALM);
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
    expect(planner.first(1_000_000)).toMatchObject({ rateBps: 12_000_000, isFilled: false });
  });

  it('looks more and more seldom while nothing comes of it', () => {
    const moments = plannedAt(60);
    const apart = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));
    expect(moments[0]).toBe(30);
    expect(apart).toEqual([48, 60, 60, 60, 60, 60, 60, 60, 60].slice(0, apart.length));
    expect(apart).toHaveLength(9);
  });

  it('probes for longer and again soon where packets wander about, until the capacity is known', () => {
    const noisy = { noiseUs: 30_000 };
    expect(plannedAt(5, noisy)).toEqual([12, 24, 36, 48]);
    const plan = planner.plan({ ...CALM, ...noisy, nowUs: 6 * S });
    expect(plan?.spanUs).toBe(60_000);
    expect(planner.follow({ rateBps: 2_000_000, carriedBps: 1_500_000, spanUs: 60_000 }, 0)?.spanUs).toBe(
      60_000,
    );
    const known = planner.plan({ ...CALM, ...noisy, isCapacityKnown: true, nowUs: 60 * S });
    expect(known?.spanUs).toBe(25_000);
  });

  it('goes on with a faster one after a success', () => {
    expect(planner.follow({ rateBps: 2_000_000, carriedBps: 1_500_000, spanUs: 25_000 }, 0)?.rateBps).toBe(
      3_000_000,
    );
  });

  it('looks more often again when a success has proved true', () => {
    plannedAt(30);
    planner.follow({ rateBps: 2_000_000, carriedBps: 1_500_000, spanUs: 25_000 }, 30 * S);
    const [first = 0, second = 0] = plannedAt(20, {}, 30);
    expect(second - first).toBeLessThanOrEqual(48);
  });

  it('looks no more often when a success has proved false', () => {
    plannedAt(30);
    planner.follow({ rateBps: 2_000_000, carriedBps: 1_500_000, spanUs: 25_000 }, 30 * S);
    const [first = 0, second = 0] = plannedAt(40, { decreasedAtUs: 31 * S }, 30);
    expect(second - first).toBe(60);
  });

  it('leaves it at a result that shows the limit', () => {
    expect(planner.follow({ rateBps: 2_000_000, carriedBps: 1_300_000, spanUs: 25_000 }, 0)).toBeNull();
    expect(planner.follow({ rateBps: 5_000_000, carriedBps: 5_000_000, spanUs: 25_000 }, 0)).toBeNull();
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
