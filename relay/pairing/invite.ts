import { randomBase64url } from '#shared/crypto.ts';
import type { Scope } from '#shared/scope.ts';
import type { Grant } from '../access/grant.ts';

/** A single-use secret: whoever redeems it first gets the grant it promises. */
export interface Invite {
  /** For the log and as channel id. */
  readonly id: string;
  /** 128 random bits, base64url. */
  readonly secret: string;
  readonly scope: readonly Scope[];
  /** End of the grant it gives, NumericDate seconds; null: none. */
  readonly exp: number | null;
  /** Grant of the one who made it; null for the camera's own claim invite. */
  readonly by: string | null;
  /** Until when it can be redeemed, NumericDate seconds. */
  readonly openUntil: number;
}

const SECRET_BYTES = 16;
const ID_BYTES = 16;

/** The invite that a camera without an owner shows. */
export function createClaimInvite(openUntil: number): Invite {
  return {
    id: randomBase64url(ID_BYTES),
    secret: randomBase64url(SECRET_BYTES),
    scope: ['owner'],
    exp: null,
    by: null,
    openUntil,
  };
}

/** The invite that a grant came from, as it was, so that the phone that won may ask again after a restart. */
export function reopenInvite(grant: Grant, origin: NonNullable<Grant['invite']>): Invite {
  const { scope, exp, by } = grant;
  return { id: randomBase64url(ID_BYTES), ...origin, scope, exp, by };
}
