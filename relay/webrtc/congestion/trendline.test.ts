import { describe, expect, it } from 'vitest';
import { ArrivalGroups } from './arrival-groups.ts';
import { createNormal, createRandom } from './testing/random.ts';
import { type PathUse, Trendline } from './trendline.ts';

const MS = 1000;
const APART_US = 10 * MS;

/** What the trendline says of groups 10 ms apart whose delay is so many microseconds. */
function judge(groups: number, delayUs: (index: number) => number): PathUse[] {
  const trendline = new Trendline();
  let last = 0;
  return Array.from({ length: groups }, (_, index) => {
    const delay = delayUs(index);
    const change = delay - last;
    last = delay;
    return trendline.update(APART_US, APART_US + change, index * APART_US + delay);
  });
}

describe('trendline', () => {
  it('is quiet on an even path', () => {
    expect(new Set(judge(500, () => 7 * MS))).toEqual(new Set(['normal']));
  });

  it('sees a queue grow within a third of a second, and drain again', () => {
    const uses = judge(120, (index) => Math.max(0, Math.min(index - 30, 3 * (50 - index) + 20)) * 2 * MS);
    expect(uses.slice(0, 31)).not.toContain('overuse');
    expect(uses.slice(30, 60)).toContain('overuse');
    expect(uses.slice(50)).toContain('underuse');
  });

  it('gets used to jitter', () => {
    const normal = createNormal(createRandom(1));
    const uses = judge(3_000, () => Math.abs(normal()) * 5 * MS);
    expect(uses.slice(1_000).filter((use) => use === 'overuse').length).toBeLessThan(20);
  });
});

describe('arrival groups', () => {
  const packet = (sentMs: number, arrivedMs: number) => {
    return { sentAtUs: sentMs * MS, arrivedAtUs: arrivedMs * MS, bytes: 1200, cluster: 0 };
  };

  it('are what was sent within 5 ms', () => {
    const groups = new ArrivalGroups();
    const begun = [
      [0, 20],
      [2, 22],
      [4, 24],
      [10, 31],
      [12, 33],
      [20, 45],
    ].map(([sent = 0, arrived = 0]) => groups.add(packet(sent, arrived)));
    expect(begun).toEqual([false, false, false, false, false, true]);
    expect([groups.sendDeltaUs, groups.arrivalDeltaUs]).toEqual([8 * MS, 9 * MS]);
  });

  it('take in what a gap in the radio let through at once', () => {
    const groups = new ArrivalGroups();
    const begun = [
      [0, 20],
      [10, 60],
      [20, 61],
      [30, 62],
      [40, 80],
      [50, 90],
    ].map(([sent = 0, arrived = 0]) => groups.add(packet(sent, arrived)));
    expect(begun).toEqual([false, false, false, false, true, true]);
  });

  it('leave out what is told of late', () => {
    const groups = new ArrivalGroups();
    for (const [sent, arrived] of [
      [0, 20],
      [10, 30],
      [20, 40],
    ] as const)
      groups.add(packet(sent, arrived));
    expect(groups.add(packet(5, 300))).toBe(false);
    groups.add(packet(30, 50));
    expect(groups.arrivalDeltaUs).toBe(10 * MS);
  });
});
