import { describe, expect, it } from 'vitest';
import { percentile, round, summarize } from './statistics.ts';

describe('percentile', () => {
  it.each([
    [[7], 0.5, 7],
    [[1, 2, 3, 4], 0.5, 2],
    [[4, 1, 3, 2], 0.95, 4],
    [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 0, 1],
    [Array.from({ length: 20 }, (_, index) => index + 1), 0.95, 19],
  ])('of %j at %f is %f', (sample, share, expected) => {
    expect(percentile(sample, share)).toBe(expected);
  });

  it('leaves its sample in order', () => {
    const sample = [3, 1, 2];
    percentile(sample, 0.5);
    expect(sample).toEqual([3, 1, 2]);
  });

  it('has nothing to say of an empty sample', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
    expect(summarize([])).toBeNull();
  });
});

describe('summary', () => {
  it('rounds to a tenth', () => {
    expect(summarize([1.04, 2.06])).toEqual({ count: 2, p50: 1, p95: 2.1, max: 2.1 });
    expect(round(1.2345, 3)).toBe(1.235);
  });
});
