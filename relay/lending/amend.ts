import type { MessageBody } from '#shared/message.ts';
import type { Change } from '../access/access-list.ts';
import type { AccessState } from '../access/access-state.ts';
import { admit, type Moment } from '../access/admission.ts';
import { type Grant, isOwner } from '../access/grant.ts';
import type { Invite } from '../access/invite.ts';
import { isDescendant } from '../access/lineage.ts';
import { MAX_AHEAD_S, type Outcome } from './lend.ts';

/** What is to change; what is absent stays. */
export type Amendment = Omit<MessageBody<'amend'>, 'nonce' | 'id'>;

/**
 * Changes name, rights, end or hours of an entry, also of one whose time is over. Owners may change what any guest has,
 * others what they lent themselves and no further than they may lend; everybody may be called otherwise.
 */
export function amend(
  state: AccessState,
  actor: Grant,
  { id, change, moment }: { id: string; change: Amendment; moment: Moment },
): Change<Outcome> {
  const grant = state.grants.find(({ gid }) => gid === id);
  const invite = state.invites.find((each) => each.id === id);
  const entry = grant ?? invite;
  if (!entry) return { result: 'not_found' };
  const refusal = refusalFor(state, actor, entry, { change, moment, isOwn: id === actor.gid });
  if (refusal !== null) return { result: refusal };
  const amendedGrant = grant && { ...grant, ...termsOf(change) };
  const amendedInvite = invite && amendInvite(invite, change);
  // Phones that miss an answer ask again: what is so already is not written once more.
  if (isAlike([amendedGrant, amendedInvite], [grant, invite])) return { result: 'done' };
  return {
    state: {
      ...state,
      grants: state.grants.map((each) => (each === grant ? (amendedGrant ?? each) : each)),
      invites: state.invites.map((each) => (each === invite ? (amendedInvite ?? each) : each)),
    },
    result: 'done',
  };
}

function isAlike(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function refusalFor(
  state: AccessState,
  actor: Grant,
  entry: Grant | Invite,
  { change, moment, isOwn }: { change: Amendment; moment: Moment; isOwn: boolean },
): Exclude<Outcome, 'done'> | null {
  const isNameOnly = change.scope === undefined && change.exp === undefined && change.hours === undefined;
  if (isOwn) return isNameOnly ? null : 'not_allowed';
  if (!isOwner(actor)) {
    if (!isDescendant(state, entry, actor.gid)) return 'not_found';
    const standing = admit(state, actor.gid, 'lend', moment);
    if (standing.type === 'refused') return standing.code;
    const { scope, exp } = standing.terms;
    const isBeyond =
      change.scope?.some((right) => !scope.includes(right)) ||
      (exp !== null && change.exp !== undefined && change.exp > exp);
    if (isBeyond) return 'beyond_own';
  }
  if (isNameOnly) return null;
  return isOwner(entry) || !isSound(entry, change, moment) ? 'bad_terms' : null;
}

/** Owners are made by an invite and confirmed at the camera, never by a change. */
function isSound(entry: Grant | Invite, change: Amendment, { now, isTrusted }: Moment): boolean {
  const { scope = [], exp } = change;
  if (scope.includes('owner')) return false;
  if (exp === undefined) return true;
  if (isTrusted && (exp <= now || exp > now + MAX_AHEAD_S)) return false;
  return entry.nbf === null || entry.nbf < exp;
}

/** An invite that gets an end loses its duration, and its link is good no longer than that. */
function amendInvite(invite: Invite, change: Amendment): Invite {
  const amended = { ...invite, ...termsOf(change) };
  if (change.exp === undefined) return amended;
  return { ...amended, duration: null, openUntil: Math.min(invite.openUntil, change.exp) };
}

function termsOf({
  name,
  scope,
  exp,
  hours,
}: Amendment): Partial<Pick<Grant, 'name' | 'scope' | 'exp' | 'hours'>> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(scope === undefined ? {} : { scope }),
    ...(exp === undefined ? {} : { exp }),
    ...(hours === undefined ? {} : { hours }),
  };
}
