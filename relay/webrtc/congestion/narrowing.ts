import type { ArrivedPacket } from './send-history.ts';

const CAPACITY = 32;
/** Two packets of a slow link, or what clumping of a radio link evens out over. */
const MIN_SPAN_US = 25_000;
/** What comes further apart says nothing of a path that carries pictures. */
const MAX_SPAN_US = 200_000;
/** A single pause is a path that stood still, or a viewer that was busy; a narrow one puts packets apart evenly. */
const MAX_INTERVAL_SHARE = 0.65;
/** A path is narrower when packets come this much further apart than they were sent. */
const MAX_SHARE = 0.6;

/** Sees from a handful of packets that the path has become narrower than what is sent. */
export class Narrowing {
  readonly #sentAtUs = new Float64Array(CAPACITY);
  readonly #arrivedAtUs = new Float64Array(CAPACITY);
  readonly #bytes = new Uint16Array(CAPACITY);
  #count = 0;

  add({ sentAtUs, arrivedAtUs, bytes }: ArrivedPacket): void {
    const index = this.#count++ % CAPACITY;
    this.#sentAtUs[index] = sentAtUs;
    this.#arrivedAtUs[index] = arrivedAtUs;
    this.#bytes[index] = bytes;
  }

  /** What the path carried of the last packets, bits a second; null when it has not narrowed. */
  get bps(): number | null {
    const last = this.#count - 1;
    let bits = 0;
    let longestUs = 0;
    for (let number = last; number > Math.max(0, last - CAPACITY + 1); number--) {
      bits += (this.#bytes[number % CAPACITY] ?? 0) * 8;
      longestUs = Math.max(longestUs, this.#between(this.#arrivedAtUs, number - 1, number));
      const arrivedUs = this.#between(this.#arrivedAtUs, number - 1, last);
      if (arrivedUs > MAX_SPAN_US) return null;
      if (arrivedUs < MIN_SPAN_US || last - number < 1) continue;
      const sentUs = this.#between(this.#sentAtUs, number - 1, last);
      const isEven = longestUs <= arrivedUs * MAX_INTERVAL_SHARE;
      return isEven && sentUs < arrivedUs * MAX_SHARE ? (bits * 1e6) / arrivedUs : null;
    }
    return null;
  }

  #between(times: Float64Array, first: number, last: number): number {
    return (times[last % CAPACITY] ?? 0) - (times[first % CAPACITY] ?? 0);
  }
}
