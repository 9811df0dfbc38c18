/** Time as our logic sees it; each side has one of its own, and tests bring theirs. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Calls back once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /** Calls back every `periodMs`; the returned function stops it. */
  every(periodMs: number, callback: () => void): () => void;
}

/** The time as JOSE counts it, seconds (RFC 7519 §2). */
export function numericDateOf(clock: Clock): number {
  return Math.floor(clock.nowMs() / 1000);
}
