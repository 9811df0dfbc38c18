/** Time as the page's logic sees it; tests bring their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Calls back once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /** Calls back every `periodMs`; the returned function stops it. */
  every(periodMs: number, callback: () => void): () => void;
}

/** The browser's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs, callback) {
    const timer = setInterval(callback, periodMs);
    return () => clearInterval(timer);
  },
};

/** The time as JOSE counts it, seconds (RFC 7519 §2). */
export function numericDateOf(clock: Clock): number {
  return Math.floor(clock.nowMs() / 1000);
}
