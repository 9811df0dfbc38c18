import type { Clock } from '#shared/clock.ts';

interface Appointment {
  readonly atUs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Time that passes only by being run: the same events in the same order, whatever the machine does meanwhile. */
export class VirtualTime implements Clock {
  readonly #heap: Appointment[] = [];
  #nowUs = 0;
  #order = 0;

  get nowUs(): number {
    return this.#nowUs;
  }

  nowMs(): number {
    return this.#nowUs / 1000;
  }

  after(delayMs: number, callback: () => void): () => void {
    let isCancelled = false;
    this.at(this.#nowUs + delayMs * 1000, () => {
      if (!isCancelled) callback();
    });
    return () => {
      isCancelled = true;
    };
  }

  every(periodMs: number, callback: () => void): () => void {
    let cancel = (): void => undefined;
    const next = () => {
      cancel = this.after(periodMs, () => {
        next();
        callback();
      });
    };
    next();
    return () => cancel();
  }

  /** Calls back at a moment; those of the same moment in the order they were asked for. */
  at(atUs: number, callback: () => void): void {
    this.#push({ atUs: Math.max(atUs, this.#nowUs), order: this.#order++, callback });
  }

  /** When something falls due next; null when nothing waits. */
  get nextUs(): number | null {
    return this.#heap[0]?.atUs ?? null;
  }

  runUntil(endUs: number): void {
    for (let next = this.#heap[0]; next && next.atUs <= endUs; next = this.#heap[0]) {
      this.#pop();
      this.#nowUs = next.atUs;
      next.callback();
    }
    this.#nowUs = endUs;
  }

  #push(appointment: Appointment): void {
    let index = this.#heap.push(appointment) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfEarlier(index, parent)) return;
      index = parent;
    }
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    this.#heap[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const child = this.#isEarlier(left + 1, left) ? left + 1 : left;
      if (child >= this.#heap.length || !this.#swapIfEarlier(child, index)) return;
      index = child;
    }
  }

  #swapIfEarlier(lower: number, upper: number): boolean {
    const [a, b] = [this.#heap[lower], this.#heap[upper]];
    if (!a || !b || !this.#isEarlier(lower, upper)) return false;
    this.#heap[lower] = b;
    this.#heap[upper] = a;
    return true;
  }

  #isEarlier(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (!a) return false;
    return !b || a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order);
  }
}
