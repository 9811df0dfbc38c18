import { TokenBucket } from '#shared/token-bucket.ts';

/** Messages at once: a phone that reads a full access list and begins to watch sends some sixty. */
const BURST = 200;
/** And on average: each costs a millisecond or two of signatures, several on a small machine that sends a picture meanwhile. */
const PER_SECOND = 20;

/** By which way a message came. */
export type Way = 'broker' | 'session';

/**
 * How much of what comes on a channel is looked at. A broker repeats a recorded greeting as often as it likes, and a guest
 * greets as often; what comes by one way takes nothing from the other, so a broker cannot shut a session out.
 */
export class Intake {
  readonly #buckets: Readonly<Record<Way, TokenBucket>> = {
    broker: new TokenBucket(PER_SECOND, BURST, 0),
    session: new TokenBucket(PER_SECOND, BURST, 0),
  };

  /** Whether one more is looked at, at `nowMs`. */
  takes(way: Way, nowMs: number): boolean {
    const bucket = this.#buckets[way];
    if (bucket.take(0, nowMs) > 0) return false;
    bucket.take(1, nowMs);
    return true;
  }
}
