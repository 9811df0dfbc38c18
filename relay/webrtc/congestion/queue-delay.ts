import { SlidingMinimum } from './sliding-minimum.ts';

/** A standing queue is what is left of it between one picture and the next. */
const STANDING_US = 50_000;
const MIN_STANDING_PACKETS = 3;
const RECENT = 32;

/** How much longer than the shortest packets are on their way: what the queues before the viewer hold. Microseconds. */
export class QueueDelay {
  readonly #shortest = new SlidingMinimum();
  readonly #recentUs = new Float64Array(RECENT);
  readonly #arrivedAtUs = new Float64Array(RECENT);
  #count = 0;

  /** Takes a packet's moments, each on the clock of its end; the part of its way that was queueing. */
  add(sentAtUs: number, arrivedAtUs: number): number {
    const oneWayUs = arrivedAtUs - sentAtUs;
    const queueUs = oneWayUs - this.#shortest.add(oneWayUs, sentAtUs);
    const index = this.#count++ % RECENT;
    this.#recentUs[index] = queueUs;
    this.#arrivedAtUs[index] = arrivedAtUs;
    return queueUs;
  }

  /** The least of the last 50 ms: what bursts and jitter leave out; 0 before the first packet. */
  get standingUs(): number {
    const newest = this.#count - 1;
    let least = Number.POSITIVE_INFINITY;
    for (let number = newest; number >= Math.max(0, this.#count - RECENT); number--) {
      const ageUs = (this.#arrivedAtUs[newest % RECENT] ?? 0) - (this.#arrivedAtUs[number % RECENT] ?? 0);
      if (newest - number >= MIN_STANDING_PACKETS && ageUs > STANDING_US) break;
      least = Math.min(least, this.#recentUs[number % RECENT] ?? least);
    }
    return this.#count === 0 ? 0 : least;
  }

  /** Begins anew, as on another path. */
  reset(): void {
    this.#shortest.clear();
    this.#count = 0;
  }
}
