/** How retries are spaced. */
export interface BackoffOptions {
  /** Longest wait before the first retry. */
  readonly baseMs: number;
  /** Longest wait ever. */
  readonly capMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * Milliseconds to wait before retry number `attempt` (from 0): uniform between nothing and a ceiling that doubles
 * each time up to `capMs` ("full jitter"), so that many clients cut off together do not come back together.
 */
export function backoffMs(attempt: number, { baseMs, capMs, random }: BackoffOptions): number {
  return Math.floor(random() * Math.min(capMs, baseMs * 2 ** attempt));
}
