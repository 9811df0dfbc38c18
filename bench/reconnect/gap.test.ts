import { expect, it } from 'vitest';
import { findLongestGap } from './gap.ts';

it('the longest gap is looked for from a moment on, and may have begun before it', () => {
  const frames = [0, 500, 533, 566, 800, 833];
  expect(findLongestGap(frames, 0)).toEqual({ fromMs: 0, toMs: 500 });
  expect(findLongestGap(frames, 600)).toEqual({ fromMs: 566, toMs: 800 });
  expect(findLongestGap([5], 0)).toBeNull();
});
