import type { CameraSummary, ConnectingStep, LiveEndCode, LiveState, ReconnectReason } from './camera.ts';
import { hoursWords } from './hours-text.ts';
import { dateWords, momentWords } from './terms-text.ts';

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

/** What to do about it, in a sentence, by what is known of the camera. */
export function endAdvice(
  code: LiveEndCode,
  { terms, off }: Partial<Pick<CameraSummary, 'terms' | 'off'>> = {},
): string {
  switch (code) {
    case 'camera_offline':
      return 'It may have no power or no network. Check it, then try again.';
    case 'rendezvous_offline':
      return 'This phone cannot reach the meeting point. Check your network, then try again.';
    case 'refused':
      return 'This phone’s key no longer opens it. Scan the camera’s code again, or ask its owner.';
    case 'revoked':
      return 'The owner ended it just now. Ask them to lend it again.';
    case 'expired':
      return 'What was lent to you has run out. Ask the owner for more time.';
    case 'not_yet':
      return `What was lent to you begins ${terms?.nbf ? `on ${dateWords(terms.nbf)}` : 'later'}. Come back then.`;
    case 'outside_hours':
      return `It was lent to you for ${terms?.hours ? hoursWords(terms.hours) : 'other hours of the week'}. Come back then.`;
    case 'clock_unsynced':
      return 'After a power cut it must first find out how late it is. Wait a minute, then try again.';
    case 'capture_failed':
      return 'The camera answers, but its lens gives no picture. Check how it is plugged in, then try again.';
    case 'private':
      return off?.until
        ? `Until ${momentWords(off.until)} nobody has a picture of it.`
        : 'Nobody has a picture of it until an owner switches it on.';
    case 'unsupported':
      return 'It lacks the video format the camera sends. Try another browser, or update this one.';
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
