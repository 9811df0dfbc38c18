import type { Farewell } from '#shared/verdicts.ts';

/** What a session is for: a picture, or a connection made ready before anybody wants one. */
export type Purpose = 'picture' | 'standby';

/** Where a viewer's session stands. */
export type SessionState =
  /** The offer is being answered. */
  | { readonly state: 'answering'; readonly purpose: Purpose }
  /** Looking for a path and proving keys. */
  | { readonly state: 'connecting'; readonly purpose: Purpose }
  /** Connected; the camera rests, and nobody watches, until the phone says `play`. */
  | { readonly state: 'standby' }
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
  /** The picture is wanted, and allowed. */
  | { readonly type: 'play' }
  /** Nothing has helped for as long as a state may last, or the phone has fallen silent. */
  | { readonly type: 'timed-out' }
  | { readonly type: 'end'; readonly reason: Farewell };

/** The state after an event; the same object where the event changes nothing. */
export function reduceSession(current: SessionState, event: SessionEvent): SessionState {
  if (current.state === 'ended') return current;
  switch (event.type) {
    case 'answered':
      return current.state === 'answering' ? { ...current, state: 'connecting' } : current;
    case 'connected':
      return connect(current);
    case 'disconnected':
      return disconnect(current);
    case 'play':
      return play(current);
    case 'timed-out':
      return { state: 'ended', reason: 'left' };
    case 'end':
      return { state: 'ended', reason: event.reason };
    default:
      return event satisfies never;
  }
}

/** Whether nothing but a connection has been asked for as yet. */
export function isOnStandby(state: SessionState): boolean {
  return state.state === 'standby' || ('purpose' in state && state.purpose === 'standby');
}

function connect(current: SessionState): SessionState {
  if (current.state === 'watching' || current.state === 'standby') return current;
  return isOnStandby(current) ? { state: 'standby' } : { state: 'watching' };
}

/** A broken path is kept for a picture; a connection that was to be ready is of no use. */
function disconnect(current: SessionState): SessionState {
  if (current.state === 'watching') return { state: 'interrupted' };
  return current.state === 'standby' ? { state: 'ended', reason: 'left' } : current;
}

function play(current: SessionState): SessionState {
  if (!isOnStandby(current)) return current;
  return 'purpose' in current ? { ...current, purpose: 'picture' } : { state: 'watching' };
}
