import { randomBase64url } from '#shared/crypto.ts';

const NONCE_BYTES = 16;
/** More requests than that between two rotations are not those of people. */
const MAX_REMEMBERED = 10_000;

interface Period {
  readonly nonce: string;
  /** Requests seen with this nonce. */
  readonly seen: Set<string>;
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

  /** Judges a request of `party`, and remembers it if it is fresh. */
  check(nonce: string, party: string, id: string): Freshness {
    const period = [this.#current, this.#previous].find((candidate) => candidate?.nonce === nonce);
    if (!period) return 'stale';
    const key = `${party} ${id}`;
    if (period.seen.has(key)) return 'replayed';
    // A full memory cannot tell: a new nonce for everybody is the safe answer.
    if (period.seen.size >= MAX_REMEMBERED) return 'stale';
    period.seen.add(key);
    return 'fresh';
  }
}

function createPeriod(): Period {
  return { nonce: randomBase64url(NONCE_BYTES), seen: new Set() };
}
