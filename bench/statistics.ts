/** What is told of a sample; in the sample's own unit, rounded to a tenth. */
export interface Summary {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/**
 * The smallest value that at least `share` (0 to 1) of the sample does not exceed (nearest rank).
 * @throws RangeError for an empty sample.
 */
export function percentile(sample: readonly number[], share: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('an empty sample has no percentile');
  return value;
}

/** Median, 95th percentile and maximum; null for an empty sample. */
export function summarize(sample: readonly number[]): Summary | null {
  if (sample.length === 0) return null;
  const [p50, p95, max] = [0.5, 0.95, 1].map((share) => round(percentile(sample, share), 1));
  return { count: sample.length, p50: p50 ?? 0, p95: p95 ?? 0, max: max ?? 0 };
}

/** To so many decimal places. */
export function round(value: number, places: number): number {
  const scale = 10 ** places;
  return Math.round(value * scale) / scale;
}
