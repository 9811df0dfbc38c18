import type { MessageBody } from '#shared/message.ts';
import { MAX_NUMERIC_DATE } from '#shared/message-fields.ts';
import type { Refusal } from '#shared/verdicts.ts';
import type { Change } from '../access/access-list.ts';
import { type AccessState, lentOf, withdrawnId } from '../access/access-state.ts';
import { admit, type Moment } from '../access/admission.ts';
import { type Grant, isOwner } from '../access/grant.ts';
import type { Invite } from '../access/invite.ts';
import { ancestorsOf, descendantsOf, MAX_DEPTH, rootOf } from '../access/lineage.ts';

/** Looks that an owner may have lent at a time, used and unused, or that may come of one that is lent on; a household has a dozen. */
export const MAX_LENT = 50;
/** Entries of the whole list: each is a subscription at the broker and some 700 bytes on disk. */
export const MAX_ENTRIES = 200;
/** Of these, kept for owners: guests cannot keep them from lending. */
export const OWNERS_ENTRIES = 50;
/** A link that lies about for longer has been forgotten. */
export const MAX_OPEN_S = 30 * 24 * 60 * 60;
/** Two years: whoever shall stay longer is made an owner, or lent to again. */
export const MAX_AHEAD_S = 2 * 366 * 24 * 60 * 60;

/** What the camera says to who asked for a change. */
export type Outcome = 'done' | Refusal;

/** Takes up an invite that a phone has made; `done` again for one that is there already. Who may lend what is decided here. */
export function lend(state: AccessState, lender: Grant, invite: Invite, moment: Moment): Change<Outcome> {
  if (isKnown(state, invite)) return { result: 'done' };
  const refusal = refusalFor(state, lender, invite, moment);
  if (refusal !== null) return { result: refusal };
  return { state: { ...state, invites: [...state.invites, invite] }, result: 'done' };
}

/** The invite that a `lend` describes; its link closes no later than what it gives. */
export function inviteOf(
  body: MessageBody<'lend'>,
  { id, by, madeAt }: { id: string; by: string; madeAt: number },
): Invite {
  const { secret, name, scope, nbf, exp, duration, hours, open_until, transfer: isTransfer } = body;
  const openUntil = exp === null ? open_until : Math.min(open_until, exp);
  return { id, secret, name, scope, nbf, exp, duration, hours, by, madeAt, openUntil, isTransfer };
}

/** A phone whose answer was lost asks again, perhaps when somebody has been let in already. */
function isKnown(state: AccessState, { id, by, secret }: Invite): boolean {
  return (
    state.invites.some((each) => each.id === id && each.by === by && each.secret === secret) ||
    state.grants.some((each) => each.gid === id && each.by === by)
  );
}

function refusalFor(state: AccessState, lender: Grant, invite: Invite, moment: Moment): Refusal | null {
  const standing = admit(state, lender.gid, 'lend', moment);
  if (standing.type === 'refused') return standing.code;
  if (!isSound(invite, moment)) return 'bad_terms';
  const { scope: rights, exp } = standing.terms;
  const isBeyond =
    !isOwner(lender) && !(invite.scope.every((right) => rights.includes(right)) && endsWithin(invite, exp));
  const isTooDeep = (ancestorsOf(state, invite)?.length ?? MAX_DEPTH + 1) > MAX_DEPTH;
  if (isBeyond || isTooDeep) return 'beyond_own';
  if (isFull(state, lender)) return 'too_many';
  return refusalForName(state, invite);
}

/** Owners without end or limits, guests with one end: at a date, or so long after they came. */
function isSound(invite: Invite, { now, isTrusted }: Moment): boolean {
  const { nbf, exp, duration, hours, scope, openUntil, isTransfer } = invite;
  if (isTrusted && (openUntil <= now || openUntil > now + MAX_OPEN_S)) return false;
  if (isOwner(invite))
    return scope.length === 1 && [nbf, exp, duration, hours].every((term) => term === null);
  if (isTransfer || (exp === null) === (duration === null)) return false;
  const latest = isTrusted ? now + MAX_AHEAD_S : MAX_NUMERIC_DATE;
  const end = exp ?? Math.max(now, nbf ?? now) + (duration ?? 0);
  return !(isTrusted && end <= now) && end <= latest && (exp === null || nbf === null || nbf < exp);
}

/** A duration counts from the redemption; then too it ends with what the lender has. */
function endsWithin(invite: Invite, exp: number | null): boolean {
  return exp === null || invite.exp === null || invite.exp <= exp;
}

function isFull(state: AccessState, lender: Grant): boolean {
  const entries = [...state.grants, ...state.invites];
  if (!isOwner(lender)) {
    return (
      entries.length >= MAX_ENTRIES - OWNERS_ENTRIES || countOf(state, rootOf(state, lender)) >= MAX_LENT
    );
  }
  return entries.length >= MAX_ENTRIES || entries.filter(({ by }) => by === lender.gid).length >= MAX_LENT;
}

/**
 * All that comes of a look, by whatever hands. What was taken back counts until it is forgotten: to lend and take back again
 * and again would wear the disk, and push out what others are still to be told.
 */
function countOf({ grants, invites, withdrawn }: AccessState, { gid }: Grant): number {
  const gone = withdrawn.map(({ entry }) => entry);
  const everything = {
    grants: [...grants, ...gone.flatMap((entry) => (entry.kind === 'grant' ? [entry.grant] : []))],
    invites: [...invites, ...gone.flatMap((entry) => (entry.kind === 'invite' ? [entry.invite] : []))],
    withdrawn: [],
  };
  const below = descendantsOf(everything, gid);
  return below.grants.length + below.invites.length;
}

/** The id is that of the secret: with one that was taken already it would be no secret. */
function refusalForName({ grants, invites, withdrawn }: AccessState, { id, by }: Invite): Refusal | null {
  const gone = withdrawn.find((each) => withdrawnId(each) === id);
  if (gone && lentOf(gone).by === by) return 'withdrawn';
  const isTaken = gone || invites.some((each) => each.id === id) || grants.some(({ gid }) => gid === id);
  return isTaken ? 'bad_terms' : null;
}
