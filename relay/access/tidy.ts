import type { AccessState } from './access-state.ts';
import type { Moment } from './admission.ts';
import { type Grant, isOwner } from './grant.ts';
import { effectiveTerms } from './lineage.ts';

/** How long what is over can still be seen, extended, and told to its phones: people come back after a week away. */
export const KEPT_S = 7 * 24 * 60 * 60;

/** The list without what has been over for a week; the same object where there is nothing to forget. */
export function tidy(state: AccessState, moment: Moment): AccessState {
  if (!moment.isTrusted) return state;
  const past = { ...moment, now: moment.now - KEPT_S };
  const grants = state.grants.filter((grant) => isOwner(grant) || !isLongOver(state, grant, past));
  const invites = state.invites.filter(({ openUntil }) => openUntil > past.now);
  const withdrawn = state.withdrawn.filter(({ at }) => at > past.now);
  const forgotten =
    state.grants.length +
    state.invites.length +
    state.withdrawn.length -
    (grants.length + invites.length + withdrawn.length);
  return forgotten === 0 ? state : { grants, invites, withdrawn };
}

/** What holds nothing because of others goes by its own end: they may change their minds. */
function isLongOver(state: AccessState, grant: Grant, { now }: Moment): boolean {
  const { exp } = effectiveTerms(state, grant) ?? grant;
  return exp !== null && exp <= now;
}
