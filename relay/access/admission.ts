import { hasScope, type Scope } from '#shared/scope.ts';
import type { Grant } from './grant.ts';

/** Whether a grant gives `right` at `now` (NumericDate seconds). */
export function isAdmitted(grant: Grant, right: Scope, now: number): boolean {
  const hasBegun = grant.nbf === null || grant.nbf <= now;
  const hasEnded = grant.exp !== null && grant.exp <= now;
  return hasBegun && !hasEnded && hasScope(grant.scope, right);
}
