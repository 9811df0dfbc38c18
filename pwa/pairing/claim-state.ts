import type { Observable } from '../state/observable.ts';

/** Where a claim is: from the code read to the grant stored and used once. */
export type ClaimState =
  | { readonly type: 'idle' }
  | { readonly type: 'claiming'; readonly step: ClaimStep }
  /** The camera shows six digits that only somebody in front of it can read: they make this phone an owner too. */
  | { readonly type: 'confirming'; readonly wasWrong: boolean }
  | {
      readonly type: 'claimed';
      /** The grant's `gid`, to open the camera with. */
      readonly cameraId: string;
      readonly cameraName: string;
      readonly role: 'owner' | 'guest';
      /** Four decimal digits, the same as the camera shows; null where there are none to compare. */
      readonly checkCode: string | null;
    }
  | { readonly type: 'failed'; readonly code: ClaimFailure };

/** A claim under way. */
export interface Claim {
  readonly state: Observable<ClaimState>;
  /** Gives the six digits that the camera shows, in the state `confirming`. */
  enterCode(code: string): void;
}

/** In this order: this phone's key is ready, the camera is asked, the grant is stored. */
export type ClaimStep = 'key' | 'camera' | 'storing';

/** Why a claim came to nothing. */
export type ClaimFailure =
  | 'not_a_latchkey'
  | 'already_claimed'
  | 'expired'
  /** The link was taken back before it was used. */
  | 'withdrawn'
  /** The digits were wrong too often. */
  | 'not_confirmed'
  /** The camera does not know the time, so nobody's time can begin. */
  | 'clock_unsynced'
  | 'camera_offline'
  | 'rendezvous_offline'
  /** Whoever answered does not hold the key the code names. */
  | 'wrong_camera'
  /** The browser would not store the key. */
  | 'storage_failed'
  /** The key was stored and could not be read back. */
  | 'storage_lost'
  | 'cancelled'
  /** The user saw other digits on the camera; the page says this, no use case does. */
  | 'check_code_differs';

/** What happens to a claim. */
export type ClaimEvent =
  | { readonly type: 'started' }
  | { readonly type: 'key_ready' }
  | { readonly type: 'granted' }
  | {
      readonly type: 'stored';
      readonly cameraId: string;
      readonly cameraName: string;
      readonly role: 'owner' | 'guest';
      readonly checkCode: string | null;
    }
  | { readonly type: 'needs_code'; readonly wasWrong: boolean }
  | { readonly type: 'code_entered' }
  | { readonly type: 'failed'; readonly code: ClaimFailure };

/** The state after an event; the same object where the event changes nothing, as everything after the end does. */
export function reduceClaim(state: ClaimState, event: ClaimEvent): ClaimState {
  if (state.type === 'claimed' || state.type === 'failed') return state;
  switch (event.type) {
    case 'started':
      return state.type === 'idle' ? { type: 'claiming', step: 'key' } : state;
    case 'key_ready':
      return advance(state, 'key', 'camera');
    case 'granted':
      return advance(state, 'camera', 'storing');
    case 'needs_code':
      return isAt(state, 'camera') ? { type: 'confirming', wasWrong: event.wasWrong } : state;
    case 'code_entered':
      return state.type === 'confirming' ? { type: 'claiming', step: 'camera' } : state;
    case 'stored': {
      const { cameraId, cameraName, role, checkCode } = event;
      return isAt(state, 'storing') ? { type: 'claimed', cameraId, cameraName, role, checkCode } : state;
    }
    case 'failed':
      return { type: 'failed', code: event.code };
    default:
      return event satisfies never;
  }
}

function advance(state: ClaimState, from: ClaimStep, to: ClaimStep): ClaimState {
  return isAt(state, from) ? { type: 'claiming', step: to } : state;
}

function isAt(state: ClaimState, step: ClaimStep): boolean {
  return state.type === 'claiming' && state.step === step;
}
