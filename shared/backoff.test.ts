import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

const latest = () => 1 - Number.EPSILON;

describe('backoff', () => {
  it('doubles its ceiling and stops at the cap', () => {
    const ceilings = [0, 1, 2, 3, 4, 2_000].map((attempt) =>
      Math.ceil(backoffMs(attempt, { baseMs: 500, capMs: 3_000, random: latest }) / 100),
    );
    expect(ceilings).toEqual([5, 10, 20, 30, 30, 30]);
  });

  it('may retry at once', () => {
    expect(backoffMs(9, { baseMs: 500, capMs: 30_000, random: () => 0 })).toBe(0);
  });

  it('stays whole and within the cap for every attempt', () => {
    const attempt = fc.nat();
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(attempt, random, (n, value) => {
        const ms = backoffMs(n, { baseMs: 500, capMs: 30_000, random: () => value });
        expect(Number.isInteger(ms) && ms >= 0 && ms < 30_000).toBe(true);
      }),
    );
  });
});
