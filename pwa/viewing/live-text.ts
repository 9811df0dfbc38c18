import type { ConnectingStep, LiveEndCode, LiveState, ReconnectReason } from './camera.ts';

/** The steps of connecting, in order, and their words. */
export const connectingSteps: readonly { readonly step: ConnectingStep; readonly words: string }[] = [
  { step: 'rendezvous', words: 'Reaching the meeting point' },
  { step: 'camera', words: 'Asking the camera' },
  { step: 'path', words: 'Finding a private path' },
  { step: 'picture', words: 'Waiting for the picture' },
];

/** A session's state in a few words, for the bar over the picture. */
export function stateWords(state: LiveState): string {
  switch (state.type) {
    case 'connecting':
      return connectingSteps.find(({ step }) => step === state.step)?.words ?? 'Connecting';
    case 'live':
      if (state.isSeldom) return 'Slow network: a picture every few seconds';
      return state.path === 'direct' ? 'Live, straight from the camera' : 'Live, through a relay';
    case 'reconnecting':
      return reconnectWords(state.reason);
    case 'ended':
      return endHeading(state.code);
    default:
      return state satisfies never;
  }
}

function reconnectWords(reason: ReconnectReason): string {
  switch (reason) {
    case 'no_frames':
      return 'The picture stopped. Fetching it again';
    case 'path_lost':
      return 'Connection lost. Finding it again';
    case 'resumed':
      return 'Welcome back. Fetching the picture';
    case 'gone':
      return 'The camera is unplugged. It comes back by itself';
    case 'busy':
      return 'Another program has the camera. Waiting for it';
    case 'refused':
      return 'The camera may not be opened. Ask its owner';
    case 'unreachable':
      return 'The lens does not answer. Trying again';
    case 'failed':
      return 'The camera has stumbled. Starting it again';
    default:
      return reason satisfies never;
  }
}

/** A few words for why a session ended. */
export function endHeading(code: LiveEndCode): string {
  switch (code) {
    case 'camera_offline':
      return 'The camera does not answer';
    case 'rendezvous_offline':
      return 'No connection';
    case 'refused':
      return 'The camera said no';
    case 'revoked':
      return 'Your access was withdrawn';
    case 'expired':
      return 'Your time is up';
    case 'not_yet':
      return 'Not yet';
    case 'outside_hours':
      return 'Outside your hours';
    case 'clock_unsynced':
      return 'The camera does not know the time';
    case 'capture_failed':
      return 'The camera has no picture';
    case 'private':
      return 'The camera is switched off';
    case 'unsupported':
      return 'This browser cannot show it';
    default:
      return code satisfies never;
  }
}

/** Whether trying again may help, with nothing else done first. */
export function canRetry(code: LiveEndCode): boolean {
  return (
    code === 'camera_offline' ||
    code === 'rendezvous_offline' ||
    code === 'capture_failed' ||
    code === 'private' ||
    code === 'clock_unsynced' ||
    code === 'not_yet' ||
    code === 'outside_hours' ||
    code === 'refused'
  );
}
