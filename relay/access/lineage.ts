import type { Terms } from '#shared/terms.ts';
import type { AccessState } from './access-state.ts';
import { type Grant, isOwner } from './grant.ts';
import type { Invite } from './invite.ts';

/** How often a look may be lent on, from the owner's own lending (1) to the last: people who do not know each other. */
export const MAX_DEPTH = 3;

/** A grant, or an invite that may become one: something that somebody lent. */
export type Lent = Pick<Grant & Invite, 'by' | 'scope' | 'nbf' | 'exp' | 'hours'>;

/**
 * Those that an entry was lent by, nearest first, up to the owner; owners descend from nobody. Null where one of them is gone,
 * may not lend (any more), or there are too many: then it holds nothing.
 */
export function ancestorsOf(state: AccessState, entry: Lent): readonly Grant[] | null {
  const ancestors: Grant[] = [];
  let current = entry;
  while (!isOwner(current) && current.by !== null) {
    const { by } = current;
    const parent = state.grants.find(({ gid }) => gid === by);
    if (!parent || !(isOwner(parent) || parent.scope.includes('lend'))) return null;
    if (ancestors.push(parent) > MAX_DEPTH) return null;
    current = parent;
  }
  return ancestors;
}

/** The look, lent by an owner, that a guest's grant comes of: itself, or the first above it. Its holder answers for all below. */
export function rootOf(state: AccessState, grant: Grant): Grant {
  return (ancestorsOf(state, grant) ?? []).findLast((ancestor) => !isOwner(ancestor)) ?? grant;
}

/**
 * What an entry allows: its own terms, and never more, longer or earlier than any of those it descends from. Null where it
 * holds nothing. Of weekly hours its own are given, or the nearest; all of them count (`admission.ts`).
 */
export function effectiveTerms(state: AccessState, entry: Lent): Terms | null {
  const ancestors = ancestorsOf(state, entry);
  if (ancestors === null) return null;
  return ancestors.reduce<Terms | null>(
    (terms, ancestor) => (terms === null ? null : narrow(terms, ancestor)),
    { scope: entry.scope, nbf: entry.nbf, exp: entry.exp, hours: entry.hours },
  );
}

function narrow(terms: Terms, ancestor: Grant): Terms | null {
  if (isOwner(ancestor)) return terms;
  const scope = terms.scope.filter((right) => ancestor.scope.includes(right));
  if (scope.length === 0) return null;
  return {
    scope,
    nbf: latest(terms.nbf, ancestor.nbf),
    exp: earliest(terms.exp, ancestor.exp),
    hours: terms.hours ?? ancestor.hours,
  };
}

/**
 * Whether `entry` was lent by `gid`, or by somebody whom that one lent to; also where it holds nothing just now, because
 * one of them may not lend any more.
 */
export function isDescendant(state: AccessState, entry: Lent, gid: string): boolean {
  let current: Lent | undefined = entry;
  for (let depth = 0; current && !isOwner(current) && depth <= MAX_DEPTH; depth += 1) {
    const { by }: Lent = current;
    if (by === gid) return true;
    current = state.grants.find((grant) => grant.gid === by);
  }
  return false;
}

/** All that falls with `gid`: what it lent, and what those lent; owners stand for themselves. */
export function descendantsOf(state: AccessState, gid: string): { grants: Grant[]; invites: Invite[] } {
  const grants: Grant[] = [];
  const fallen = new Set([gid]);
  for (let size = 0; size !== fallen.size; ) {
    size = fallen.size;
    for (const grant of state.grants) {
      if (isOwner(grant) || grant.by === null || fallen.has(grant.gid) || !fallen.has(grant.by)) continue;
      fallen.add(grant.gid);
      grants.push(grant);
    }
  }
  return { grants, invites: state.invites.filter(({ by }) => by !== null && fallen.has(by)) };
}

function earliest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
