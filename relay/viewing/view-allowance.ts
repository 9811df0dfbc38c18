import type { Clock } from '#shared/clock.ts';
import { TokenBucket } from '#shared/token-bucket.ts';

/** Pictures a guest may begin at once, as on a train with many tunnels. */
const BURST = 30;
/** And on average, one in two minutes: whoever begins more wants to wash others out of the log of who watched. */
const PER_SECOND = 1 / 120;
/** No more guests than the access list has are kept in mind. */
const MAX_GUESTS = 500;

/** How often each guest may begin to watch. */
export class ViewAllowance {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this guest has begun too often. */
  isSpent(gid: string): boolean {
    return (this.#buckets.get(gid)?.take(0, this.#clock.nowMs()) ?? 0) > 0;
  }

  /** A picture begins to flow. */
  spend(gid: string): void {
    const now = this.#clock.nowMs();
    const bucket = this.#buckets.get(gid) ?? new TokenBucket(PER_SECOND, BURST, now);
    bucket.take(1, now);
    this.#buckets.delete(gid);
    this.#buckets.set(gid, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MAX_GUESTS && oldest !== undefined) this.#buckets.delete(oldest);
  }
}
