/** More than half a second of a 10 Mbit/s stream. */
const CAPACITY = 1024;

/** How fast packets arrive, by the viewer's own clock. */
export class DeliveryRate {
  readonly #arrivedAtUs = new Float64Array(CAPACITY);
  readonly #bytes = new Uint16Array(CAPACITY);
  #count = 0;

  add(arrivedAtUs: number, bytes: number): void {
    const index = this.#count % CAPACITY;
    this.#arrivedAtUs[index] = arrivedAtUs;
    this.#bytes[index] = bytes;
    this.#count++;
  }

  /** Bits a second over the last `windowUs` that packets came in; null before there are three in it. */
  over(windowUs: number): number | null {
    const newest = this.#at(this.#count - 1);
    let bytes = 0;
    let number = this.#count - 1;
    for (; number > this.#oldest; number--) {
      if (newest - this.#at(number - 1) > windowUs) break;
      bytes += this.#bytes[number % CAPACITY] ?? 0;
    }
    const spanUs = newest - this.#at(number);
    return this.#count - number < 3 || spanUs <= 0 ? null : (bytes * 8e6) / spanUs;
  }

  get #oldest(): number {
    return Math.max(0, this.#count - CAPACITY);
  }

  #at(number: number): number {
    return this.#arrivedAtUs[number % CAPACITY] ?? 0;
  }
}
