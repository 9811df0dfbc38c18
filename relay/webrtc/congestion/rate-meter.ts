const BUCKETS = 10;

/** Bits a second over a window that ends now. */
export class RateMeter {
  readonly #bytes = new Float64Array(BUCKETS);
  readonly #bucketUs: number;
  #bucket = 0;

  constructor(windowUs: number) {
    this.#bucketUs = windowUs / BUCKETS;
  }

  add(bytes: number, nowUs: number): void {
    this.#turn(nowUs);
    const index = this.#bucket % BUCKETS;
    this.#bytes[index] = (this.#bytes[index] ?? 0) + bytes;
  }

  bps(nowUs: number): number {
    this.#turn(nowUs);
    let bytes = 0;
    for (const each of this.#bytes) bytes += each;
    return (bytes * 8e6) / (this.#bucketUs * BUCKETS);
  }

  #turn(nowUs: number): void {
    const bucket = Math.floor(nowUs / this.#bucketUs);
    for (let stale = Math.max(this.#bucket + 1, bucket - BUCKETS + 1); stale <= bucket; stale++) {
      this.#bytes[stale % BUCKETS] = 0;
    }
    this.#bucket = Math.max(this.#bucket, bucket);
  }
}
