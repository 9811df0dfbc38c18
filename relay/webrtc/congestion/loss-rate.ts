const BUCKETS = 8;
const BUCKET_US = 125_000;
/** Fewer packets than this say nothing about a share. */
const MIN_PACKETS = 20;

/** The share of packets lost, over the second before the newest one. */
export class LossRate {
  readonly #packets = new Uint32Array(BUCKETS);
  readonly #lost = new Uint32Array(BUCKETS);
  #bucket = Number.NEGATIVE_INFINITY;

  /** Counts a packet whose fate is known; `sentAtUs` does not go back. */
  add(isLost: boolean, sentAtUs: number): void {
    const bucket = Math.floor(sentAtUs / BUCKET_US);
    this.#clearBetween(this.#bucket, bucket);
    this.#bucket = bucket;
    const index = bucket % BUCKETS;
    this.#packets[index] = (this.#packets[index] ?? 0) + 1;
    if (isLost) this.#lost[index] = (this.#lost[index] ?? 0) + 1;
  }

  /** 0 to 1; 0 while there are too few packets to tell. */
  get rate(): number {
    const packets = sum(this.#packets);
    return packets < MIN_PACKETS ? 0 : sum(this.#lost) / packets;
  }

  clear(): void {
    this.#packets.fill(0);
    this.#lost.fill(0);
  }

  #clearBetween(from: number, to: number): void {
    for (let bucket = Math.max(from + 1, to - BUCKETS + 1); bucket <= to; bucket++) {
      this.#packets[bucket % BUCKETS] = 0;
      this.#lost[bucket % BUCKETS] = 0;
    }
  }
}

function sum(values: Uint32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
