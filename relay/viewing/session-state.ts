import type { Farewell } from '#shared/verdicts.ts';

/** Where a viewer's session stands. */
export type SessionState =
  /** The offer is being answered. */
  | { readonly state: 'answering' }
  /** Looking for a path and proving keys. */
  | { readonly state: 'connecting' }
  /** The picture flows. */
  | { readonly state: 'watching' }
  /** The path broke; the phone may find another (RFC 8445 §9 ICE restart). */
  | { readonly state: 'interrupted' }
  | { readonly state: 'ended'; readonly reason: Farewell };

/** What can happen to a session. */
export type SessionEvent =
  | { readonly type: 'answered' }
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected' }
  /** Nothing has helped for as long as a state may last, or the phone has fallen silent. */
  | { readonly type: 'timed-out' }
  | { readonly type: 'end'; readonly reason: Farewell };

/** The state after an event; the same object where the event changes nothing. */
export function reduceSession(current: SessionState, event: SessionEvent): SessionState {
  if (current.state === 'ended') return current;
  switch (event.type) {
    case 'answered':
      return current.state === 'answering' ? { state: 'connecting' } : current;
    case 'connected':
      return current.state === 'watching' ? current : { state: 'watching' };
    case 'disconnected':
      return current.state === 'watching' ? { state: 'interrupted' } : current;
    case 'timed-out':
      return { state: 'ended', reason: 'left' };
    case 'end':
      return { state: 'ended', reason: event.reason };
    default:
      return event satisfies never;
  }
}
