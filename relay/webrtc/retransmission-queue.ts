const BUCKETS = 10;
const BUCKET_US = 100_000;
/** Of a path, what retransmissions may take for long: more would take the place of the pictures they mend. */
const MAX_SHARE = 0.2;
/** For short they may take what a full queue loses at once, on any path. */
const BURST_BYTES = 60_000;

/** The numbers of packets that are to be sent again to one viewer, and what that takes of its path. */
export class RetransmissionQueue {
  #numbers: number[] = [];
  readonly #bytes = new Float64Array(BUCKETS);
  #bucket = 0;
  #allowanceBytes = BURST_BYTES;
  #allowedAtUs = 0;

  get isEmpty(): boolean {
    return this.#numbers.length === 0;
  }

  add(sequenceNumber: number): void {
    this.#numbers.push(sequenceNumber);
  }

  /** Takes out the number that goes next; null when there is none. */
  take(): number | null {
    return this.#numbers.shift() ?? null;
  }

  /** Whether another one fits beside pictures on a path of so many bits a second. */
  hasAllowance(targetBps: number, nowUs: number): boolean {
    const earnedBytes = (targetBps * MAX_SHARE * (nowUs - this.#allowedAtUs)) / 8e6;
    this.#allowanceBytes = Math.min(BURST_BYTES, this.#allowanceBytes + earnedBytes);
    this.#allowedAtUs = nowUs;
    return this.#allowanceBytes > 0;
  }

  /** Counts what was sent again. */
  handleSent(bytes: number, nowUs: number): void {
    this.#turn(nowUs);
    const index = this.#bucket % BUCKETS;
    this.#bytes[index] = (this.#bytes[index] ?? 0) + bytes;
    this.#allowanceBytes -= bytes;
  }

  /** What was sent again in the last second, bits. */
  bps(nowUs: number): number {
    this.#turn(nowUs);
    let bytes = 0;
    for (const each of this.#bytes) bytes += each;
    return bytes * 8;
  }

  #turn(nowUs: number): void {
    const bucket = Math.floor(nowUs / BUCKET_US);
    for (let stale = Math.max(this.#bucket + 1, bucket - BUCKETS + 1); stale <= bucket; stale++) {
      this.#bytes[stale % BUCKETS] = 0;
    }
    this.#bucket = Math.max(this.#bucket, bucket);
  }
}
