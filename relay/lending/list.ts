import { encodeUtf8 } from '#shared/bytes.ts';
import type { AccessEntry } from '#shared/down-message.ts';
import { type AccessState, lentOf, type Withdrawn, withdrawnId } from '../access/access-state.ts';
import { type Grant, isOwner } from '../access/grant.ts';
import type { Invite } from '../access/invite.ts';
import { isDescendant, type Lent } from '../access/lineage.ts';

/**
 * Of one page as JSON, before base64 and sealing: with names that no compression shortens it still fits an envelope. The
 * shortest entries are so long that it never has more than `MAX_LISTED`.
 */
const MAX_PAGE_BYTES = 2_000;

/** What the list itself does not know. */
export interface Presences {
  /** When the camera last heard of a phone, NumericDate; null: not since it was started. */
  seen(gid: string): number | null;
  /** Pictures it has open. */
  watching(gid: string): number;
  /** Whether the camera shows digits for an invite. */
  isConfirming(id: string): boolean;
}

/** A page of the list, and what to ask with for the next; null at the end. */
export interface ListPage {
  readonly entries: AccessEntry[];
  readonly next: string | null;
}

/**
 * The list as `reader` may see it, from the entry after `after`: owners all of it, others themselves and what they lent.
 * Where that one has gone meanwhile it begins anew.
 */
export function list(
  state: AccessState,
  reader: Grant,
  { after, presences }: { after: string | null; presences: Presences },
): ListPage {
  const { grants, invites, withdrawn } = visibleTo(state, reader);
  const entries: AccessEntry[] = [
    ...grants.map((grant) => grantEntry(grant, reader, presences)),
    ...invites.map((invite) => inviteEntry(invite, presences)),
    ...withdrawn.map(withdrawnEntry),
  ];
  const start = entries.findIndex(({ id }) => id === after) + 1;
  const page = entries.slice(start, start + countThatFit(entries.slice(start)));
  const hasMore = start + page.length < entries.length;
  return { entries: page, next: hasMore ? (page.at(-1)?.id ?? null) : null };
}

function countThatFit(entries: readonly AccessEntry[]): number {
  let room = MAX_PAGE_BYTES;
  const excess = entries.findIndex((entry) => {
    room -= encodeUtf8(JSON.stringify(entry)).byteLength + 1;
    return room < 0;
  });
  return excess < 0 ? entries.length : excess;
}

function visibleTo(state: AccessState, reader: Grant): AccessState {
  if (isOwner(reader)) return state;
  return {
    grants: state.grants.filter((grant) => grant === reader || isDescendant(state, grant, reader.gid)),
    invites: state.invites.filter((invite) => isDescendant(state, invite, reader.gid)),
    withdrawn: state.withdrawn.filter((gone) => lentOf(gone).by === reader.gid),
  };
}

function grantEntry(grant: Grant, reader: Grant, presences: Presences): AccessEntry {
  const { gid, device, grantedAt } = grant;
  return {
    kind: 'grant',
    ...{ id: gid, ...termsOf(grant), at: grantedAt, device },
    ...{ seen: presences.seen(gid), watching: presences.watching(gid), is_own: gid === reader.gid },
  };
}

function inviteEntry(invite: Invite, presences: Presences): AccessEntry {
  const { id, madeAt, duration, openUntil } = invite;
  const is_confirming = presences.isConfirming(id);
  return {
    kind: 'invite',
    id,
    ...termsOf(invite),
    at: madeAt,
    duration,
    open_until: openUntil,
    is_confirming,
  };
}

function withdrawnEntry(gone: Withdrawn): AccessEntry {
  const { entry, at, by } = gone;
  const since = entry.kind === 'grant' ? entry.grant.grantedAt : entry.invite.madeAt;
  const how = { withdrawn_at: at, withdrawn_by: by, was_taken: entry.kind === 'grant' };
  return { kind: 'withdrawn', id: withdrawnId(gone), ...termsOf(lentOf(gone)), at: since, ...how };
}

function termsOf({ name, scope, nbf, exp, hours, by }: Lent & { readonly name: string }) {
  return { name, scope, nbf, exp, hours, by };
}
