import { beforeEach, describe, expect, it } from 'vitest';
import { LinkCapacity } from './link-capacity.ts';
import { RateController, type RateInputs } from './rate-controller.ts';

const MS = 1000;
const S = 1_000_000;
const QUIET: Omit<RateInputs, 'nowUs'> = {
  queueUs: 0,
  noiseUs: 0,
  isOveruse: false,
  collapsedBps: null,
  deliveredBps: 2_000_000,
  sentBps: 5_000_000,
  busyBps: null,
  lossRate: 0,
  roundTripUs: 40 * MS,
};

let controller: RateController;
let nowUs: number;

beforeEach(() => {
  nowUs = S;
  controller = new RateController({ initialBps: 1_000_000, minBps: 100_000, maxBps: 5_000_000 });
  controller.update({ ...QUIET, nowUs });
});

/** Reports every 50 ms for so long; the last target. */
function report(inputs: Partial<RateInputs>, forMs = 50): number {
  for (let elapsedMs = 0; elapsedMs < forMs; elapsedMs += 50) {
    nowUs += 50 * MS;
    controller.update({ ...QUIET, ...inputs, nowUs });
  }
  return controller.targetBps;
}

describe('rate controller', () => {
  it('rises by 8 percent a second while it knows nothing', () => {
    expect(report({}, 1000) / 1_000_000).toBeCloseTo(1.08, 2);
  });

  it('rises no further than half beyond what arrives', () => {
    expect(report({ deliveredBps: 600_000 }, 10_000)).toBe(1_000_000);
    controller.raise(880_000, nowUs);
    expect(report({ deliveredBps: 700_000 }, 10_000)).toBe(1_060_000);
  });

  it('takes a probe at its word, within its bounds', () => {
    controller.raise(3_000_000, nowUs);
    expect(controller.targetBps).toBe(3_000_000);
    controller.raise(2_000_000, nowUs);
    expect(controller.targetBps).toBe(3_000_000);
    controller.raise(9_000_000, nowUs);
    expect(controller.targetBps).toBe(5_000_000);
  });

  it('answers a short queue mildly and a long one sharply, once a round trip', () => {
    const short = report({ isOveruse: true, queueUs: 20 * MS, deliveredBps: 1_100_000 });
    expect(short).toBeCloseTo(950_000, -3);
    expect(report({ isOveruse: true, queueUs: 20 * MS, deliveredBps: 1_100_000 })).toBe(short);
    nowUs += S;
    expect(report({ isOveruse: true, queueUs: 80 * MS, deliveredBps: 1_100_000 })).toBeCloseTo(
      short * 0.85,
      -3,
    );
  });

  it('sends less than the path carries while a queue stands, and as much again when it is gone', () => {
    const carried = { busyBps: 800_000, deliveredBps: 800_000 };
    const drained = report({ ...carried, isOveruse: true, queueUs: 75 * MS });
    expect(drained).toBeCloseTo(800_000 * 0.9, -3);
    expect(report({ ...carried, queueUs: 30 * MS }, 500)).toBe(drained);
    expect(report({ queueUs: 5 * MS })).toBeCloseTo(800_000, -3);
  });

  it('drains a queue that stands, and says so when it is a longer way', () => {
    const carried = { busyBps: 800_000, deliveredBps: 800_000, queueUs: 40 * MS };
    expect(report(carried, 600)).toBeCloseTo(800_000 * 0.9, -3);
    const verdicts = Array.from({ length: 40 }, () => {
      nowUs += 50 * MS;
      return controller.update({ ...QUIET, ...carried, nowUs });
    });
    expect(verdicts).toContain('longer');
  });

  it('rises carefully about a known capacity, and boldly when it turns out to be none', () => {
    controller.raise(2_000_000, nowUs);
    report({ busyBps: 2_000_000, isOveruse: true, queueUs: 20 * MS });
    report({ queueUs: 0 }, 1000);
    const about = controller.targetBps;
    expect(about).toBeGreaterThan(1_990_000);
    expect(report({ deliveredBps: 2_000_000 }, 1000) / about).toBeLessThan(1.04);
    controller.raise(2_500_000, nowUs);
    expect(report({ deliveredBps: 2_500_000 }, 1000) / 2_500_000).toBeCloseTo(1.08, 2);
  });

  it('falls to what a collapsed path carries at once', () => {
    controller.raise(3_000_000, nowUs);
    expect(report({ collapsedBps: 600_000, queueUs: 40 * MS })).toBe(570_000);
    expect(controller.decreasedAtUs).toBe(nowUs);
  });

  it('does not take a few late packets for a collapse', () => {
    controller.raise(3_000_000, nowUs);
    nowUs += 50 * MS;
    expect(controller.update({ ...QUIET, nowUs, collapsedBps: 2_000_000 })).toBe('open');
  });

  it('does not hold against a target what nobody used of it', () => {
    controller.raise(3_000_000, nowUs);
    const unused = { sentBps: 1_000_000, deliveredBps: 1_000_000, busyBps: 1_000_000, queueUs: 20 * MS };
    nowUs += 50 * MS;
    expect(controller.update({ ...QUIET, ...unused, nowUs, collapsedBps: 750_000 })).toBe('open');
    expect(report({ ...unused, isOveruse: true })).toBeCloseTo(1_140_000, -3);
  });

  it('takes heavy loss for a full path, and light loss for bad luck', () => {
    expect(report({ lossRate: 0.09 })).toBeGreaterThanOrEqual(1_000_000);
    expect(report({ lossRate: 0.2 })).toBeCloseTo(900_000, -4);
    expect(report({ lossRate: 0.2 }, 250)).toBeCloseTo(900_000, -4);
    expect(report({ lossRate: 0.2 }, 100)).toBeCloseTo(810_000, -4);
  });

  it('keeps its floor', () => {
    expect(report({ collapsedBps: 10_000 })).toBe(100_000);
  });
});

describe('link capacity', () => {
  it('averages what is about the same, and begins anew with what is not', () => {
    const capacity = new LinkCapacity();
    expect(capacity.at(0)).toBeNull();
    capacity.add(1_000_000, 0);
    capacity.add(1_200_000, S);
    expect(capacity.at(S)).toBeCloseTo(1_060_000);
    capacity.add(600_000, 2 * S);
    expect(capacity.at(2 * S)).toBe(600_000);
  });

  it('is forgotten in half a minute', () => {
    const capacity = new LinkCapacity();
    capacity.add(1_000_000, 0);
    expect(capacity.at(30 * S)).toBe(1_000_000);
    expect(capacity.at(30 * S + 1)).toBeNull();
  });
});
