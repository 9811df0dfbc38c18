import { randomBytes } from 'node:crypto';
import type { IceServer } from '#shared/message-fields.ts';
import type { Terms } from '#shared/terms.ts';
import { mintTurnCredentials } from './turn-credentials.ts';
import type { TurnSettings } from './turn-settings.ts';

/**
 * Longest life of credentials. As they are renewed at half of it, those in a camera's presence are good for six hours more,
 * and one who was shut out can load the server for no longer than this.
 */
export const MAX_TTL_S = 12 * 60 * 60;
/** Before its beginning a grant gets none, but for this long, so that they are there when it begins. */
const LEAD_S = 60;
/** 96 bits: no two alike, so that the server counts each phone by itself. */
const ID_BYTES = 12;

interface Minted {
  readonly servers: readonly IceServer[];
  readonly mintedAt: number;
  readonly expiresAt: number;
}

/**
 * The STUN and TURN servers that camera and phones are to use. Where the TURN server is the owner's own, each grant gets
 * credentials that end with it.
 */
export class IceServers {
  readonly #fixed: readonly IceServer[];
  readonly #turn: TurnSettings | null;
  /** By grant. */
  readonly #minted = new Map<string, Minted>();

  constructor(fixed: readonly IceServer[], turn: TurnSettings | null) {
    this.#fixed = fixed;
    this.#turn = turn;
  }

  /**
   * What the phone of a grant is told at a moment (NumericDate): the same at each call until half of the credentials' life is
   * over, as whatever differs is announced.
   */
  forGrant(gid: string, { nbf, exp }: Pick<Terms, 'nbf' | 'exp'>, now: number): readonly IceServer[] {
    if (this.#turn === null || (nbf !== null && now < nbf - LEAD_S)) return this.#fixed;
    const end = Math.min(now + MAX_TTL_S, exp ?? Number.POSITIVE_INFINITY);
    const kept = this.#minted.get(gid);
    if (kept && isGood(kept, end, now)) return kept.servers;
    this.#forgetExpired(now);
    const minted = { servers: this.#mint(this.#turn, end), mintedAt: now, expiresAt: end };
    this.#minted.set(gid, minted);
    return minted.servers;
  }

  /** What the camera itself uses for one peer: others each time, so that the server's quota for a user is not that for all. */
  forCamera(now: number): readonly IceServer[] {
    return this.#turn === null ? this.#fixed : this.#mint(this.#turn, now + MAX_TTL_S);
  }

  #mint({ urls, secret }: TurnSettings, expiresAt: number): readonly IceServer[] {
    const id = randomBytes(ID_BYTES).toString('base64url');
    return [...this.#fixed, { urls: [...urls], ...mintTurnCredentials({ secret, expiresAt, id }) }];
  }

  #forgetExpired(now: number): void {
    for (const [gid, { expiresAt }] of this.#minted) if (expiresAt <= now) this.#minted.delete(gid);
  }
}

/** `end` is the latest that new ones could have. */
function isGood({ mintedAt, expiresAt }: Minted, end: number, now: number): boolean {
  // Past the end: the grant was shortened, or the clock set back.
  if (expiresAt > end || now < mintedAt) return false;
  return now < mintedAt + (expiresAt - mintedAt) / 2 || expiresAt === end;
}
