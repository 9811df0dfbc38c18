import { hasScope, type Scope } from '#shared/scope.ts';
import type { Terms } from '#shared/terms.ts';
import type { Refusal } from '#shared/verdicts.ts';
import { isWithinHours } from '#shared/weekly-hours.ts';
import type { AccessState } from './access-state.ts';
import { isOwner } from './grant.ts';
import { ancestorsOf, effectiveTerms, type Lent } from './lineage.ts';

/** The present, as far as the camera knows it. */
export interface Moment {
  /** NumericDate seconds. */
  readonly now: number;
  /** Whether that may decide over somebody's time. */
  readonly isTrusted: boolean;
}

export type Standing =
  | { readonly type: 'holds'; readonly terms: Terms }
  | {
      readonly type: 'refused';
      readonly code: Extract<
        Refusal,
        'invalid_grant' | 'clock_unsynced' | 'not_yet' | 'expired' | 'outside_hours' | 'not_allowed'
      >;
    };

/** Whether what was lent holds at a moment: owners always, guests within their time, as long as that is known. */
export function standingOf(state: AccessState, entry: Lent, { now, isTrusted }: Moment): Standing {
  const terms = effectiveTerms(state, entry);
  if (terms === null) return refused('invalid_grant');
  if (isOwner(entry)) return { type: 'holds', terms };
  if (!isTrusted) return refused('clock_unsynced');
  if (terms.exp !== null && terms.exp <= now) return refused('expired');
  if (terms.nbf !== null && terms.nbf > now) return refused('not_yet');
  const spans = [entry, ...(ancestorsOf(state, entry) ?? [])].map(({ hours }) => hours);
  if (!spans.every((hours) => hours === null || isWithinHours(hours, now))) return refused('outside_hours');
  return { type: 'holds', terms };
}

/** Whether the grant `gid` gives `right` at a moment. */
export function admit(state: AccessState, gid: string, right: Scope, moment: Moment): Standing {
  const grant = state.grants.find((each) => each.gid === gid);
  if (!grant) return refused('invalid_grant');
  const standing = standingOf(state, grant, moment);
  if (standing.type === 'refused' || hasScope(standing.terms.scope, right)) return standing;
  return refused('not_allowed');
}

/** Whether the time of an entry is over for good, as far as that is known. */
export function isOver(state: AccessState, entry: Lent, { now, isTrusted }: Moment): boolean {
  const terms = effectiveTerms(state, entry);
  return terms === null || (isTrusted && terms.exp !== null && terms.exp <= now);
}

function refused(code: Extract<Standing, { type: 'refused' }>['code']): Standing {
  return { type: 'refused', code };
}
