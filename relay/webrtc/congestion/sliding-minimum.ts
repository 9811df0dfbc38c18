const SLOTS = 10;
/** All slots together make the 30 s in which a path is once seen with an empty queue; clocks drift 2 ms in that time. */
const SLOT_US = 3_000_000;

/** The least of the values of the last half minute. */
export class SlidingMinimum {
  readonly #minima = new Float64Array(SLOTS).fill(Number.POSITIVE_INFINITY);
  #slot = Number.NEGATIVE_INFINITY;

  /** Takes a value; the least one now. */
  add(value: number, nowUs: number): number {
    const slot = Math.floor(nowUs / SLOT_US);
    for (let stale = Math.max(this.#slot + 1, slot - SLOTS + 1); stale <= slot; stale++) {
      this.#minima[stale % SLOTS] = Number.POSITIVE_INFINITY;
    }
    this.#slot = Math.max(this.#slot, slot);
    const index = this.#slot % SLOTS;
    this.#minima[index] = Math.min(this.#minima[index] ?? value, value);
    return this.least ?? value;
  }

  /** Null while there is none. */
  get least(): number | null {
    let least = Number.POSITIVE_INFINITY;
    for (const minimum of this.#minima) least = Math.min(least, minimum);
    return least === Number.POSITIVE_INFINITY ? null : least;
  }

  /** Forgets all values. */
  clear(): void {
    this.#minima.fill(Number.POSITIVE_INFINITY);
  }
}
