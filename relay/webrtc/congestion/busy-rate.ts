/** A queue shorter than this may be the pacer's own burst. */
const BUSY_FROM_US = 8_000;
const CAPACITY = 512;

/** What a link carries, measured while its queue never runs empty. */
export class BusyRate {
  readonly #arrivedAtUs = new Float64Array(CAPACITY);
  readonly #bytes = new Uint16Array(CAPACITY);
  #count = 0;
  #start = 0;

  /** Takes a packet, in the order of arrival, and what it waited. */
  add(arrivedAtUs: number, bytes: number, queueUs: number): void {
    if (queueUs < BUSY_FROM_US) this.#start = this.#count;
    const index = this.#count % CAPACITY;
    this.#arrivedAtUs[index] = arrivedAtUs;
    this.#bytes[index] = bytes;
    this.#count++;
  }

  /** Bits a second over the last `windowUs` of the busy time; null when that is shorter than `minUs`. */
  over(windowUs: number, minUs: number): number | null {
    const newest = this.#at(this.#count - 1);
    const oldest = Math.max(this.#start, this.#count - CAPACITY);
    let bytes = 0;
    let number = this.#count - 1;
    for (; number > oldest; number--) {
      if (newest - this.#at(number - 1) > windowUs) break;
      bytes += this.#bytes[number % CAPACITY] ?? 0;
    }
    const spanUs = newest - this.#at(number);
    return this.#count - number < 4 || spanUs < minUs ? null : (bytes * 8e6) / spanUs;
  }

  #at(number: number): number {
    return this.#arrivedAtUs[number % CAPACITY] ?? 0;
  }
}
