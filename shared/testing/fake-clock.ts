import type { Clock } from '#shared/clock.ts';

interface Timer {
  /** By the monotonic clock, as a machine's timers are. */
  dueMs: number;
  readonly periodMs: number | null;
  readonly callback: () => void;
}

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  #epochMs: number;
  #monotonicMs = 0;
  readonly #timers = new Set<Timer>();

  constructor(nowMs = Date.UTC(2030, 0, 1)) {
    this.#epochMs = nowMs;
  }

  /** Timers that are still waiting: a finished part leaves none. */
  get pending(): number {
    return this.#timers.size;
  }

  nowMs(): number {
    return this.#epochMs + this.#monotonicMs;
  }

  /** Milliseconds that have passed, however the clock was set meanwhile. */
  monotonicMs(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.#add({ dueMs: this.#monotonicMs + delayMs, periodMs: null, callback });
  }

  every(periodMs: number, callback: () => void): () => void {
    return this.#add({ dueMs: this.#monotonicMs + periodMs, periodMs, callback });
  }

  /** Lets `ms` pass and fires what falls due, in order. */
  advance(ms: number): void {
    const endMs = this.#monotonicMs + ms;
    for (let next = this.#next(endMs); next; next = this.#next(endMs)) {
      this.#monotonicMs = next.dueMs;
      if (next.periodMs === null) this.#timers.delete(next);
      else next.dueMs += next.periodMs;
      next.callback();
    }
    this.#monotonicMs = endMs;
  }

  /** Sets the clock forward by `ms`, or back, while no time passes: what NTP or a person does to a machine's. */
  step(ms: number): void {
    this.#epochMs += ms;
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  #next(endMs: number): Timer | undefined {
    return [...this.#timers].filter((timer) => timer.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  }
}
