import { randomBase64url } from '#shared/crypto.ts';

const NONCE_BYTES = 16;
/** A view takes some twenty requests; more than this on one channel between two rotations are not those of people. */
const MAX_REMEMBERED = 2_000;

interface Period {
  readonly nonce: string;
  /** Requests seen with this nonce, by channel: nobody can fill the memory of another. */
  readonly seen: Map<string, Set<string>>;
}

export type Freshness = 'fresh' | 'stale' | 'replayed';

/**
 * Tells new requests from replayed ones without a clock: a request carries the camera's current nonce or the one before,
 * and within those counts once.
 */
export class FreshnessGuard {
  #current: Period = createPeriod();
  #previous: Period | null = null;

  /** What requests should carry now. */
  get nonce(): string {
    return this.#current.nonce;
  }

  /** Draws a new nonce; the one before the last is not accepted any more. */
  rotate(): void {
    this.#previous = this.#current;
    this.#current = createPeriod();
  }

  /** Judges a request with this `jti` on a channel, and remembers it if it is fresh. */
  check(nonce: string, channelId: string, jti: string): Freshness {
    const period = [this.#current, this.#previous].find((candidate) => candidate?.nonce === nonce);
    if (!period) return 'stale';
    const seen = period.seen.get(channelId) ?? new Set();
    if (seen.has(jti)) return 'replayed';
    // A full memory cannot tell: to wait for the next nonce is the safe answer.
    if (seen.size >= MAX_REMEMBERED) return 'stale';
    period.seen.set(channelId, seen.add(jti));
    return 'fresh';
  }
}

function createPeriod(): Period {
  return { nonce: randomBase64url(NONCE_BYTES), seen: new Map() };
}
