import type { PictureTrouble } from '#shared/control-message.ts';
import type { Farewell, Refusal } from '#shared/verdicts.ts';
import type { ConnectingStep, LiveEndCode, LiveState, ReconnectReason } from './camera.ts';

/** A camera that is there answers within a second; three tries cover a restart of it. */
export const MAX_CONNECT_ATTEMPTS = 3;
/** About two minutes, with the waits between: longer than a camera takes to boot. */
export const MAX_RECONNECT_ATTEMPTS = 12;

/** `LiveState` with what the session needs to go on: `attempt` counts peer connections since there was a picture. */
export type ViewingState =
  | { readonly type: 'connecting'; readonly step: ConnectingStep; readonly attempt: number }
  | { readonly type: 'live'; readonly path: 'direct' | 'relayed'; readonly isSeldom?: boolean }
  /** Makes another peer connection, beside the one that may come back. */
  | { readonly type: 'recovering'; readonly reason: ReconnectReason; readonly attempt: number }
  /** The camera is there and has no picture for now; it says so when it has. `resume` is what it interrupts. */
  | { readonly type: 'waiting'; readonly trouble: PictureTrouble; readonly resume: Resumable }
  | { readonly type: 'ended'; readonly code: LiveEndCode };
type Resumable = Exclude<ViewingState, { type: 'waiting' | 'ended' }>;

export type ViewingEvent =
  | { readonly type: 'rendezvous_online' }
  | { readonly type: 'answered' }
  | { readonly type: 'connected' }
  /** A new frame was decoded. */
  | { readonly type: 'frame'; readonly path: 'direct' | 'relayed'; readonly isSeldom?: boolean }
  /** No frame for a while, or the path is broken, perhaps to come back. */
  | { readonly type: 'lost'; readonly reason: ReconnectReason }
  /** ICE or DTLS has given up. */
  | { readonly type: 'path_failed' }
  /** The time for this try is over, or it cannot succeed; `blame` is the code if it was the last. */
  | { readonly type: 'failed'; readonly blame: 'camera_offline' | 'rendezvous_offline' }
  /** The camera did not answer a greeting. */
  | { readonly type: 'camera_silent' }
  | { readonly type: 'refused'; readonly code: Refusal }
  | { readonly type: 'bye'; readonly reason: Farewell }
  /** The camera says what keeps its picture away, or that it comes again. */
  | { readonly type: 'picture-state'; readonly trouble: PictureTrouble | null }
  | { readonly type: 'unsupported' }
  | { readonly type: 'retry' };

/** Where every viewing begins. */
export const INITIAL: ViewingState = { type: 'connecting', step: 'rendezvous', attempt: 0 };

/** The state after an event; the same object where the event changes nothing. */
export function reduceViewing(state: ViewingState, event: ViewingEvent): ViewingState {
  if (state.type === 'ended') return event.type === 'retry' ? INITIAL : state;
  switch (event.type) {
    case 'rendezvous_online':
      return advance(state, ['rendezvous'], 'camera');
    case 'answered':
      return advance(state, ['rendezvous', 'camera'], 'path');
    case 'connected':
      return advance(state, ['rendezvous', 'camera', 'path'], 'picture');
    case 'frame':
      return handleFrame(state, event);
    case 'lost':
      return handleLoss(state, event.reason);
    case 'path_failed':
      return tryAgain(state, 'camera_offline');
    case 'failed':
      return tryAgain(state, event.blame);
    case 'camera_silent': {
      const isWaiting = state.type === 'connecting' && state.step === 'camera';
      return isWaiting ? { type: 'ended', code: 'camera_offline' } : state;
    }
    case 'refused':
      return handleRefusal(state, event.code);
    case 'bye':
      return handleFarewell(state, event.reason);
    case 'picture-state':
      return handleTrouble(state, event.trouble);
    case 'unsupported':
      return { type: 'ended', code: 'unsupported' };
    case 'retry':
      return state;
    default:
      return event satisfies never;
  }
}

/** What the page shows of it. */
export function toLiveState(state: ViewingState): LiveState {
  switch (state.type) {
    case 'connecting':
      return { type: 'connecting', step: state.step };
    case 'recovering':
      return { type: 'reconnecting', reason: state.reason };
    case 'waiting':
      return { type: 'reconnecting', reason: state.trouble };
    case 'live':
    case 'ended':
      return state;
    default:
      return state satisfies never;
  }
}

function handleFrame(
  state: ViewingState,
  { path, isSeldom = false }: Extract<ViewingEvent, { type: 'frame' }>,
) {
  const isSame = state.type === 'live' && state.path === path && (state.isSeldom ?? false) === isSeldom;
  return isSame ? state : { type: 'live' as const, path, ...(isSeldom ? { isSeldom } : {}) };
}

function advance(state: ViewingState, from: readonly ConnectingStep[], step: ConnectingStep): ViewingState {
  return state.type === 'connecting' && from.includes(state.step) ? { ...state, step } : state;
}

/** A camera that has said that there are no pictures is not asked for them anew. */
function handleLoss(state: ViewingState, reason: ReconnectReason): ViewingState {
  const isLoss = state.type === 'live' || (state.type === 'waiting' && reason !== 'no_frames');
  return isLoss ? { type: 'recovering', reason, attempt: 0 } : state;
}

function handleTrouble(
  state: Exclude<ViewingState, { type: 'ended' }>,
  trouble: PictureTrouble | null,
): ViewingState {
  const resume = state.type === 'waiting' ? state.resume : state;
  return trouble === null ? resume : { type: 'waiting', trouble, resume };
}

function tryAgain(
  state: Exclude<ViewingState, { type: 'ended' }>,
  blame: 'camera_offline' | 'rendezvous_offline',
): ViewingState {
  switch (state.type) {
    case 'connecting': {
      const attempt = state.attempt + 1;
      if (attempt >= MAX_CONNECT_ATTEMPTS || state.step === 'rendezvous')
        return { type: 'ended', code: blame };
      return { type: 'connecting', step: 'camera', attempt };
    }
    case 'live':
    case 'waiting':
      return { type: 'recovering', reason: 'path_lost', attempt: 0 };
    case 'recovering': {
      const attempt = state.attempt + 1;
      return attempt >= MAX_RECONNECT_ATTEMPTS ? { type: 'ended', code: blame } : { ...state, attempt };
    }
    default:
      return state satisfies never;
  }
}

function handleRefusal(state: Exclude<ViewingState, { type: 'ended' }>, code: Refusal): ViewingState {
  switch (code) {
    case 'capture_failed':
    case 'clock_unsynced':
    case 'expired':
    case 'not_yet':
    case 'outside_hours':
    case 'private':
      return { type: 'ended', code };
    case 'busy':
    case 'use_nonce':
      return tryAgain(state, 'camera_offline');
    default:
      return { type: 'ended', code: 'refused' };
  }
}

function handleFarewell(state: Exclude<ViewingState, { type: 'ended' }>, reason: Farewell): ViewingState {
  switch (reason) {
    case 'revoked':
    case 'expired':
    case 'outside_hours':
    case 'clock_unsynced':
    case 'capture_failed':
    case 'private':
      return { type: 'ended', code: reason };
    // Another page of this phone took over: to take it back would begin a quarrel.
    case 'replaced':
      return { type: 'ended', code: 'refused' };
    // The camera restarts, or took us for gone.
    case 'shutdown':
    case 'left':
      return tryAgain(state, 'camera_offline');
    default:
      return reason satisfies never;
  }
}
