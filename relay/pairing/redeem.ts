import { type PublicJwk, randomBase64url } from '#shared/crypto.ts';
import type { AccessList } from '../access/access-list.ts';
import type { Grant } from '../access/grant.ts';
import type { Invite } from './invite.ts';

const GRANT_ID_BYTES = 16;
const GRANT_SECRET_BYTES = 32;

/** The phone that redeems. */
export interface Redeemer {
  readonly thumbprint: string;
  readonly jwk: PublicJwk;
  readonly name: string;
}

/**
 * Redeems an invite: the first key wins and is on disk before this resolves; the same key gets the same grant again;
 * `null` for any other key, for an invite that has closed, and for a claim of a camera that has an owner.
 */
export async function redeemInvite(
  access: AccessList,
  invite: Invite,
  phone: Redeemer,
  now: number,
): Promise<Grant | null> {
  const isTaken = (grants: readonly Grant[]) =>
    grants.some((grant) => grant.invite?.secret === invite.secret);
  const isClaimRefused = (grants: readonly Grant[]) =>
    invite.by === null && grants.some((grant) => grant.scope.includes('owner'));
  const added = await access.add((grants) => {
    if (now > invite.openUntil || isTaken(grants) || isClaimRefused(grants)) return null;
    return createGrant(invite, phone, now);
  });
  return added ?? findRedeemed(access.grants, invite.secret, phone.thumbprint, now);
}

/** The grant that this phone already made of this invite, while a lost answer may still be asked for. */
function findRedeemed(
  grants: readonly Grant[],
  inviteSecret: string,
  thumbprint: string,
  now: number,
): Grant | null {
  const found = grants.find((grant) => grant.invite?.secret === inviteSecret && grant.jkt === thumbprint);
  return found?.invite && now <= found.invite.openUntil ? found : null;
}

function createGrant(invite: Invite, phone: Redeemer, now: number): Grant {
  return {
    gid: randomBase64url(GRANT_ID_BYTES),
    jkt: phone.thumbprint,
    jwk: phone.jwk,
    name: phone.name,
    scope: invite.scope,
    nbf: null,
    exp: invite.exp,
    by: invite.by,
    psk: randomBase64url(GRANT_SECRET_BYTES),
    grantedAt: now,
    invite: { secret: invite.secret, openUntil: invite.openUntil },
  };
}
