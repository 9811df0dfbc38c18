/** The most and the least that the low rendition is made of, bits a second. */
export const LOW_BITRATE_BPS = { most: 500_000, least: 100_000 } as const;

/** A path that carries not even the least of the low rendition. */
export const TOO_NARROW_BPS = LOW_BITRATE_BPS.least * 0.9;

/** A path below this share of the next wider one is far below: a nearer one is worth waiting for. */
const FAR_BELOW = 0.6;
/** What a quarter of the pixels and half of the pictures are worth, in doublings of a bitrate: as much as {@link FAR_BELOW}. */
const LOW_PENALTY = -Math.log2(FAR_BELOW);

/**
 * Of what the paths of all viewers carry, bits a second, the least that is to get the main rendition: narrower ones are
 * better off with the low one, or the others so much that it is worth it. The sum of all doublings decides, so that
 * doubling a narrow picture counts as much as doubling a wide one.
 */
export function leastOfMain(targets: readonly number[]): number {
  const sorted = carrying(targets).toSorted((a, b) => a - b);
  let best = { least: sorted[0] ?? 0, worth: worthOf(sorted, 0) };
  for (let low = 1; low < sorted.length; low++) {
    const [widestLow = 0, least = 0] = [sorted[low - 1], sorted[low]];
    const worth = worthOf(sorted, low);
    if (widestLow < least * FAR_BELOW && worth > best.worth) best = { least, worth };
  }
  return best.least;
}

/** Without those who will get keyframes alone in any case, unless all are like them. */
function carrying(targets: readonly number[]): readonly number[] {
  const narrowest = Math.min(...targets.filter((bps) => bps >= TOO_NARROW_BPS));
  const counted = targets.filter((bps) => bps >= Math.min(TOO_NARROW_BPS, narrowest * FAR_BELOW));
  return counted.length > 0 ? counted : targets;
}

/** Of a split after the narrowest `low` ones; each rendition is as the narrowest of its own viewers has it. */
function worthOf(sorted: readonly number[], low: number): number {
  const main = Math.log2(sorted[low] ?? 1) * (sorted.length - low);
  const lowBps = Math.min(LOW_BITRATE_BPS.most, sorted[0] ?? 1);
  return main + (Math.log2(lowBps) - LOW_PENALTY) * low;
}
