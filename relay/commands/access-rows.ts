import type { Scope } from '#shared/scope.ts';
import type { WeeklyHours } from '#shared/weekly-hours.ts';
import { type AccessState, type Withdrawn, withdrawnId } from '../access/access-state.ts';
import { isOver } from '../access/admission.ts';
import { type Grant, isOwner } from '../access/grant.ts';
import type { Invite } from '../access/invite.ts';
import { effectiveTerms, type Lent } from '../access/lineage.ts';
import type { PhonePresence } from '../control/relay-control.ts';

/** Shorter than this, ids are hard to tell apart in one's head. */
const LEAST_PREFIX_CHARS = 4;

/** What an entry of the access list is good for at present. */
export type Standing =
  | 'owner'
  | 'guest'
  /** Lent, and not redeemed yet. */
  | 'waiting'
  /** Its time is over. */
  | 'ended'
  | 'taken back';

/** One entry of the access list, as people read it. Times are NumericDates. */
export interface AccessRow {
  readonly id: string;
  readonly standing: Standing;
  /** Whom it is for, as the one who lent calls them. */
  readonly name: string;
  /** What the phone calls itself; null while there is none. */
  readonly device: string | null;
  readonly rights: readonly Scope[];
  /** When it was lent, or let in. */
  readonly since: number;
  readonly from: number | null;
  readonly until: number | null;
  /** Seconds it will last once it is redeemed; null where it lasts `until`. */
  readonly lasts: number | null;
  readonly hours: WeeklyHours | null;
  /** Entry of the one who lent it; null for the camera itself. */
  readonly by: string | null;
  /** When the camera last heard of its phone; null where that is not known. */
  readonly seen: number | null;
  /** Pictures its phone has open. */
  readonly watching: number;
}

/** What is known besides the list. */
export interface Surroundings {
  /** NumericDate. */
  readonly now: number;
  readonly presences: readonly PhonePresence[];
}

/** The whole list: those let in, what waits to be redeemed, what was taken back. Terms are as narrow as those above make them. */
export function accessRows(state: AccessState, surroundings: Surroundings): AccessRow[] {
  return [
    ...state.grants.map((grant) => grantRow(state, grant, surroundings)),
    ...state.invites.map((invite) => inviteRow(state, invite, surroundings.now)),
    ...state.withdrawn.map(withdrawnRow),
  ];
}

/** For each id the shortest beginning that no other has. */
export function shortIds({ grants, invites, withdrawn }: AccessState): (id: string) => string {
  const ids = [
    ...grants.map(({ gid }) => gid),
    ...invites.map(({ id }) => id),
    ...withdrawn.map(withdrawnId),
  ];
  return (id) => {
    const others = ids.filter((other) => other !== id);
    let chars = LEAST_PREFIX_CHARS;
    while (others.some((other) => other.startsWith(id.slice(0, chars)))) chars += 1;
    return id.slice(0, chars);
  };
}

function grantRow(state: AccessState, grant: Grant, { now, presences }: Surroundings): AccessRow {
  const { gid, device, grantedAt } = grant;
  const presence = presences.find((each) => each.gid === gid);
  const guest = isOver(state, grant, { now, isTrusted: true }) ? 'ended' : 'guest';
  return {
    ...termsOf(grant, effectiveTerms(state, grant)),
    ...{ id: gid, device, since: grantedAt, lasts: null },
    standing: isOwner(grant) ? 'owner' : guest,
    seen: presence?.seen ?? null,
    watching: presence?.watching ?? 0,
  };
}

function inviteRow(state: AccessState, invite: Invite, now: number): AccessRow {
  const { id, madeAt, openUntil, duration } = invite;
  const hasEnded = openUntil < now || isOver(state, invite, { now, isTrusted: true });
  return {
    ...termsOf(invite, effectiveTerms(state, invite)),
    ...{ id, device: null, since: madeAt, lasts: duration, seen: null, watching: 0 },
    standing: hasEnded ? 'ended' : 'waiting',
  };
}

function withdrawnRow({ entry }: Withdrawn): AccessRow {
  const own =
    entry.kind === 'grant'
      ? { id: entry.grant.gid, device: entry.grant.device, since: entry.grant.grantedAt }
      : { id: entry.invite.id, device: null, since: entry.invite.madeAt };
  const lent = entry.kind === 'grant' ? entry.grant : entry.invite;
  return { ...termsOf(lent, null), ...own, lasts: null, seen: null, watching: 0, standing: 'taken back' };
}

/** `narrowed` null: of an entry that holds nothing, its own terms are told. */
function termsOf(
  lent: Lent & { readonly name: string },
  narrowed: Pick<Lent, 'scope' | 'nbf' | 'exp' | 'hours'> | null,
) {
  const { scope: rights, nbf: from, exp: until, hours } = narrowed ?? lent;
  return { name: lent.name, by: lent.by, rights, from, until, hours };
}
