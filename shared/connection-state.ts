/** A link that lasted this long was a good one: its loss does not count as a failure. */
export const STABLE_LINK_MS = 10_000;

/** Where a connection that is always made again stands; `failures` in a row choose the address and the wait. */
export type ConnectionState =
  | { readonly state: 'waiting'; readonly failures: number }
  | { readonly state: 'dialling'; readonly failures: number }
  | { readonly state: 'online'; readonly failures: number; readonly sinceMs: number }
  | { readonly state: 'closed' };

export type ConnectionEvent =
  | { readonly type: 'dial' }
  | { readonly type: 'opened'; readonly atMs: number }
  | { readonly type: 'lost'; readonly atMs: number }
  /** Given up by us, as on another network: no fault of the broker's. */
  | { readonly type: 'given_up' }
  | { readonly type: 'close' };

/** The next state; an event that makes no sense in this state changes nothing. */
export function reduceConnection(state: ConnectionState, event: ConnectionEvent): ConnectionState {
  if (state.state === 'closed') return state;
  switch (event.type) {
    case 'dial':
      return state.state === 'waiting' ? { state: 'dialling', failures: state.failures } : state;
    case 'opened':
      if (state.state !== 'dialling') return state;
      return { state: 'online', failures: state.failures, sinceMs: event.atMs };
    case 'lost':
      return state.state === 'waiting'
        ? state
        : { state: 'waiting', failures: failuresAfter(state, event.atMs) };
    case 'given_up':
      return { state: 'waiting', failures: state.failures };
    case 'close':
      return { state: 'closed' };
    default:
      return event satisfies never;
  }
}

/** A broker that accepts and at once drops us must not be dialled in a tight loop. */
function failuresAfter(state: Exclude<ConnectionState, { state: 'closed' }>, nowMs: number): number {
  const wasStable = state.state === 'online' && nowMs - state.sinceMs >= STABLE_LINK_MS;
  return wasStable ? 0 : state.failures + 1;
}
