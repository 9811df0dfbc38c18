import { type PublicJwk, randomBase64url } from '#shared/crypto.ts';
import type { Refusal } from '#shared/verdicts.ts';
import type { Change } from '../access/access-list.ts';
import type { AccessState } from '../access/access-state.ts';
import { isOver, type Moment } from '../access/admission.ts';
import { type Grant, isOwner } from '../access/grant.ts';
import type { Invite } from '../access/invite.ts';
import { without } from '../lending/revoke.ts';

const GRANT_SECRET_BYTES = 32;
/** How long a phone may ask again for an answer that was lost; a link is otherwise used up at once. */
export const RETRY_S = 60 * 60;

/** The phone that redeems. */
export interface Redeemer {
  readonly thumbprint: string;
  readonly jwk: PublicJwk;
  /** What it calls itself. */
  readonly device: string;
}

export type Redeemed =
  | { readonly type: 'granted'; readonly grant: Grant }
  | {
      readonly type: 'refused';
      readonly code: Extract<Refusal, 'invalid_grant' | 'expired' | 'clock_unsynced'>;
    };

/** Redeems an invite that was lent: the first key gets the grant, and the same key again while its answer may be lost. */
export function redeemLent(
  state: AccessState,
  id: string,
  phone: Redeemer,
  moment: Moment,
): Change<Redeemed> {
  const taken = state.grants.find(({ gid }) => gid === id);
  if (taken) return { result: again(taken, phone, moment) };
  const invite = state.invites.find((each) => each.id === id);
  if (!invite) return { result: refused('invalid_grant') };
  if (!isOwner(invite) && !moment.isTrusted) return { result: refused('clock_unsynced') };
  // What the camera made itself it timed by this very clock, so the two can be compared though both may be wrong.
  const isTimed = moment.isTrusted || invite.by === null;
  if (isTimed && moment.now > invite.openUntil) return { result: refused('expired') };
  const grant = createGrant(invite, phone, moment);
  if (isOver(state, grant, moment)) return { result: refused('expired') };
  const invites = state.invites.filter((each) => each !== invite);
  const added = { ...state, invites, grants: [...state.grants, grant] };
  return {
    state: invite.isTransfer ? handOver(added, invite.by, grant, moment) : added,
    result: { type: 'granted', grant },
  };
}

/** Redeems the code that a camera without an owner shows, for as long as it is shown. */
export function redeemClaim(
  state: AccessState,
  invite: Invite,
  phone: Redeemer,
  moment: Moment,
): Change<Redeemed> {
  const taken = state.grants.find(({ gid }) => gid === invite.id);
  if (taken) return { result: again(taken, phone, moment) };
  if (state.grants.some(isOwner)) return { result: refused('invalid_grant') };
  // Not until the code's end: at the first start of a camera its clock may just have been set.
  const grant = {
    ...createGrant({ ...invite, openUntil: moment.now + RETRY_S }, phone, moment),
    name: phone.device,
  };
  return { state: { ...state, grants: [...state.grants, grant] }, result: { type: 'granted', grant } };
}

/** The grant that this phone already has of this invite, while a lost answer may still be asked for. */
function again(grant: Grant, phone: Redeemer, { now }: Moment): Redeemed {
  const isSame = grant.jkt === phone.thumbprint && grant.invite !== null && now <= grant.invite.openUntil;
  return isSame ? { type: 'granted', grant } : refused('invalid_grant');
}

function createGrant(invite: Invite, phone: Redeemer, { now }: Moment): Grant {
  const { id, secret, name, scope, nbf, duration, hours, by } = invite;
  const begin = Math.max(now, nbf ?? now);
  return {
    ...{ gid: id, jkt: phone.thumbprint, jwk: phone.jwk, name, device: phone.device, scope, nbf, hours, by },
    exp: duration === null ? invite.exp : begin + duration,
    psk: randomBase64url(GRANT_SECRET_BYTES),
    grantedAt: now,
    invite: { secret, openUntil: Math.min(invite.openUntil, now + RETRY_S) },
  };
}

/** The new owner has what the old one lent to guests, and the old one nothing any more: nor do its links for owners. */
function handOver(state: AccessState, from: string | null, { gid }: Grant, { now }: Moment): AccessState {
  if (from === null) return state;
  const passOn = <T extends Grant | Invite>(lent: T): T =>
    lent.by === from && !isOwner(lent) ? { ...lent, by: gid } : lent;
  const passed = { ...state, grants: state.grants.map(passOn), invites: state.invites.map(passOn) };
  return without(passed, from, { at: now, by: gid });
}

function refused(code: Extract<Redeemed, { type: 'refused' }>['code']): Redeemed {
  return { type: 'refused', code };
}
