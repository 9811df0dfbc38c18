import type { Change } from '../access/access-list.ts';
import { type AccessState, lentOf, type Withdrawn, withdrawnId } from '../access/access-state.ts';
import { type Grant, isOwner } from '../access/grant.ts';
import type { Invite } from '../access/invite.ts';
import { descendantsOf, isDescendant } from '../access/lineage.ts';
import type { Outcome } from './lend.ts';

/** What was taken back and is still told to its phones; the oldest make room. */
export const MAX_WITHDRAWN = 100;

/**
 * Takes back a grant or an invite, with all that was lent by it. Owners may take back everything but the last owner,
 * others what they lent themselves, and everybody their own. What is gone already stays gone.
 */
export function revoke(state: AccessState, actor: Grant, id: string, now: number): Change<Outcome> {
  const entry = findEntry(state, id);
  if (entry === null) {
    const gone = state.withdrawn.find((each) => withdrawnId(each) === id);
    return { result: gone && (isOwner(actor) || lentOf(gone).by === actor.gid) ? 'done' : 'not_found' };
  }
  const isOwn = id === actor.gid;
  if (!isOwner(actor) && !isOwn && !isDescendant(state, entry, actor.gid)) return { result: 'not_found' };
  return withdraw(state, id, { at: now, by: actor.gid });
}

/** What comes of taking something back at the camera itself. */
export type Withdrawal = Extract<Outcome, 'done' | 'not_found' | 'last_owner'>;

/** The same at the camera itself, where nobody has to be asked. */
export function withdraw(
  state: AccessState,
  id: string,
  { at, by }: Pick<Withdrawn, 'at' | 'by'>,
): Change<Withdrawal> {
  const entry = findEntry(state, id);
  if (entry === null) return { result: 'not_found' };
  if (isLastOwner(state, id)) return { result: 'last_owner' };
  return { state: without(state, id, { at, by }), result: 'done' };
}

/** The list without an entry and all that descends from it. */
export function without(state: AccessState, id: string, how: Pick<Withdrawn, 'at' | 'by'>): AccessState {
  const fallen = descendantsOf(state, id);
  const grants = [...state.grants.filter(({ gid }) => gid === id), ...fallen.grants];
  const invites = [...state.invites.filter((invite) => invite.id === id), ...fallen.invites];
  return takeBack(state, { grants, invites }, how);
}

/** The list of a camera that forgets everybody, owners too: all that is left is what their phones are told. */
export function withoutAnybody(state: AccessState, how: Pick<Withdrawn, 'at' | 'by'>): AccessState {
  return takeBack(state, state, how);
}

function takeBack(
  state: AccessState,
  { grants, invites }: Pick<AccessState, 'grants' | 'invites'>,
  how: Pick<Withdrawn, 'at' | 'by'>,
): AccessState {
  // Those highest up come last: where there is no room for all, links that nobody has used are forgotten first.
  const withdrawn: Withdrawn[] = [
    ...invites.map((invite) => ({ entry: { kind: 'invite', invite } as const, ...how })),
    ...grants.toReversed().map((grant) => ({ entry: { kind: 'grant', grant } as const, ...how })),
  ];
  return {
    grants: state.grants.filter((grant) => !grants.includes(grant)),
    invites: state.invites.filter((invite) => !invites.includes(invite)),
    withdrawn: [...state.withdrawn, ...withdrawn].slice(-MAX_WITHDRAWN),
  };
}

function findEntry(state: AccessState, id: string): Grant | Invite | null {
  return (
    state.grants.find(({ gid }) => gid === id) ?? state.invites.find((invite) => invite.id === id) ?? null
  );
}

function isLastOwner({ grants }: AccessState, id: string): boolean {
  const owners = grants.filter(isOwner);
  return owners.length === 1 && owners[0]?.gid === id;
}
