/** A right that a grant gives. `owner` includes all others and the access list. */
export const SCOPES = ['watch', 'listen', 'talk', 'snapshot', 'control', 'lend', 'owner'] as const;

export type Scope = (typeof SCOPES)[number];

/** Whether a grant with these scopes gives `right`. */
export function hasScope(scopes: readonly Scope[], right: Scope): boolean {
  return scopes.includes('owner') || scopes.includes(right);
}
