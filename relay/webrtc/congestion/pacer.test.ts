import { describe, expect, it } from 'vitest';
import { Pacer } from './pacer.ts';

const MS = 1000;

/** Packets of 1,200 bytes that leave at each of these moments, with as many waiting as can be. */
function send(pacer: Pacer, momentsUs: readonly number[], rateBps: number): number[] {
  return momentsUs.map((nowUs) => {
    let count = 0;
    pacer.begin(nowUs, rateBps);
    while (pacer.tryStep()) {
      pacer.handleSent(1200);
      count++;
    }
    return count;
  });
}

const every = (stepUs: number, count: number) => Array.from({ length: count }, (_, index) => index * stepUs);
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

describe('pacer', () => {
  it('keeps its rate', () => {
    expect(sum(send(new Pacer(), every(2 * MS, 500), 4_800_000))).toBeCloseTo(500, -1);
    expect(sum(send(new Pacer(), every(2 * MS, 500), 480_000))).toBeCloseTo(50, 0);
  });

  it('lets four packets go at a time, however fast the path', () => {
    expect(Math.max(...send(new Pacer(), every(2 * MS, 50), 100_000_000))).toBe(4);
    expect(sum(send(new Pacer(), [0, 500, 1_000, 1_500], 100_000_000))).toBe(4);
  });

  it('makes up for a late timer, though not at once', () => {
    const late = [0, 2, 4, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40].map((ms) => ms * MS);
    expect(sum(send(new Pacer(), late, 4_800_000))).toBeGreaterThanOrEqual(20);
  });

  it('saves up nothing while nothing waits', () => {
    const pacer = new Pacer();
    pacer.begin(0, 4_800_000);
    pacer.handleSent(1200);
    expect(sum(send(pacer, [1_000 * MS, 1_002 * MS, 1_004 * MS, 1_006 * MS], 4_800_000))).toBeLessThanOrEqual(
      5,
    );
  });
});
