import { describe, expect, it } from 'vitest';
import { SlidingMinimum } from './sliding-minimum.ts';

const S = 1_000_000;

describe('a sliding minimum', () => {
  it('holds for half a minute', () => {
    const minimum = new SlidingMinimum();
    expect(minimum.least).toBeNull();
    minimum.add(10, 0);
    for (let second = 1; second < 27; second++) expect(minimum.add(30, second * S)).toBe(10);
    for (let second = 27; second < 31; second++) minimum.add(30, second * S);
    expect(minimum.least).toBe(30);
  });

  it('takes values below zero, as of clocks that differ', () => {
    const minimum = new SlidingMinimum();
    minimum.add(-500, 0);
    expect(minimum.add(-400, S)).toBe(-500);
  });

  it('forgets when it is told to, and after a long pause', () => {
    const minimum = new SlidingMinimum();
    minimum.add(1, 0);
    minimum.clear();
    expect(minimum.add(5, S)).toBe(5);
    expect(minimum.add(9, 100 * S)).toBe(9);
  });
});
