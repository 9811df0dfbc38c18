/** Where a picture stood still. */
export interface Gap {
  /** The last frame before, epoch milliseconds. */
  readonly fromMs: number;
  /** The first frame after. */
  readonly toMs: number;
}

/** The longest time without a frame that ends after `sinceMs`; null where there are not two frames. */
export function findLongestGap(frames: readonly number[], sinceMs: number): Gap | null {
  const gaps = frames.slice(1).map((toMs, index): Gap => ({ fromMs: frames[index] ?? toMs, toMs }));
  const later = gaps.filter(({ toMs }) => toMs > sinceMs);
  return later.reduce<Gap | null>(
    (longest, gap) => (longest === null || lengthOf(gap) > lengthOf(longest) ? gap : longest),
    null,
  );
}

function lengthOf({ fromMs, toMs }: Gap): number {
  return toMs - fromMs;
}
