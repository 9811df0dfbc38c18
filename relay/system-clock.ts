import type { Clock } from '#shared/clock.ts';

/** The machine's clock: the only place in the relay that reads time. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
  every(periodMs, callback) {
    const timer = setInterval(callback, periodMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** Milliseconds since the process began, by the machine's monotonic clock, which nobody sets (CLOCK_MONOTONIC). */
export const systemMonotonicMs = (): number => performance.now();

/** Microseconds since the process began, on a clock that nobody sets: for what is measured in parts of a round trip. */
export function monotonicUs(): number {
  return performance.now() * 1000;
}
