import type { Clock } from '#shared/clock.ts';
import { TokenBucket } from '#shared/token-bucket.ts';

/** No more looks than the access list has are kept in mind. */
const MAX_LOOKS = 500;

export interface AllowanceOptions {
  readonly clock: Clock;
  /** How often at once. */
  readonly burst: number;
  /** How often on average. */
  readonly perSecond: number;
}

/** How often something may be done by each of the looks that owners have lent, whoever holds what came of it. */
export class Allowance {
  readonly #options: AllowanceOptions;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(options: AllowanceOptions) {
    this.#options = options;
  }

  /** Whether it was done too often. */
  isSpent(gid: string): boolean {
    return (this.#buckets.get(gid)?.take(0, this.#options.clock.nowMs()) ?? 0) > 0;
  }

  /** It is done once more. */
  spend(gid: string): void {
    const { clock, perSecond, burst } = this.#options;
    const now = clock.nowMs();
    const bucket = this.#buckets.get(gid) ?? new TokenBucket(perSecond, burst, now);
    bucket.take(1, now);
    this.#buckets.delete(gid);
    this.#buckets.set(gid, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MAX_LOOKS && oldest !== undefined) this.#buckets.delete(oldest);
  }
}
