import type { ClaimFailure } from './claim-state.ts';
import type { LinkKind } from './link-kind.ts';

/** What went wrong with a claim, and what to do about it. */
export interface FailureText {
  /** A few words. */
  readonly heading: string;
  /** A sentence or two. */
  readonly advice: string;
}

/** Says why a claim came to nothing: of a code on the camera’s screen, or of a link that somebody sent. */
export function failureText(code: ClaimFailure, kind: LinkKind): FailureText {
  return kind === 'lend' ? lendFailureText(code) : claimFailureText(code);
}

function claimFailureText(code: ClaimFailure): FailureText {
  switch (code) {
    case 'not_a_latchkey':
      return {
        heading: 'Not a camera’s code',
        advice: 'This link or code is not one of a Latchkey camera. Scan the one on the camera’s screen.',
      };
    case 'already_claimed':
      return {
        heading: 'This camera has an owner',
        advice:
          'Another phone used this code first. If that was not you, reset the camera and scan its new code.',
      };
    case 'expired':
      return {
        heading: 'The code has run out',
        advice: 'A code lasts ten minutes. The camera shows a fresh one: scan that.',
      };
    case 'withdrawn':
      return {
        heading: 'The code was taken back',
        advice: 'The camera shows another one by now: scan that.',
      };
    case 'not_confirmed':
      return {
        heading: 'The digits were wrong too often',
        advice: 'This code is used up. Let the camera show a new one, and read its digits beside it.',
      };
    case 'camera_offline':
      return {
        heading: 'The camera does not answer',
        advice: 'Check that it has power and a network, then try again.',
      };
    case 'wrong_camera':
      return {
        heading: 'Another camera answered',
        advice:
          'Whoever answered could not prove to be the camera of this code. Nothing was shared. Scan the code on the camera itself.',
      };
    case 'check_code_differs':
      return {
        heading: 'Another phone was first',
        advice: 'This phone gave its key back. Reset the camera, then scan the new code it shows.',
      };
    default:
      return commonFailureText(code);
  }
}

function lendFailureText(code: ClaimFailure): FailureText {
  switch (code) {
    case 'not_a_latchkey':
      return {
        heading: 'Not a whole link',
        advice: 'Something is missing from this link. Copy all of it, or ask whoever sent it for a new one.',
      };
    case 'already_claimed':
    case 'check_code_differs':
      return {
        heading: 'Somebody was first',
        advice:
          'A link works for one phone, and another one has opened it. Ask whoever sent it for one of your own.',
      };
    case 'expired':
      return {
        heading: 'This link has run out',
        advice: 'It was good for a while only. Ask whoever sent it for a new one.',
      };
    case 'withdrawn':
      return {
        heading: 'This link was taken back',
        advice: 'Whoever sent it ended it before it was used. Ask them for a new one.',
      };
    case 'not_confirmed':
      return {
        heading: 'The digits were wrong too often',
        advice: 'This link is used up. Ask for a new one, and open it where you can see the camera.',
      };
    case 'camera_offline':
      return {
        heading: 'The camera does not answer',
        advice: 'It may have no power or no network just now. The link is not used up: try again in a while.',
      };
    case 'wrong_camera':
      return {
        heading: 'Another camera answered',
        advice:
          'Whoever answered could not prove to be the camera of this link. Nothing was shared. Tell whoever sent it.',
      };
    default:
      return commonFailureText(code);
  }
}

type CommonFailure = Extract<
  ClaimFailure,
  'clock_unsynced' | 'rendezvous_offline' | 'storage_failed' | 'storage_lost' | 'cancelled'
>;

function commonFailureText(code: CommonFailure): FailureText {
  switch (code) {
    case 'clock_unsynced':
      return {
        heading: 'The camera does not know the time',
        advice: 'After a power cut it must first find out how late it is. Wait a minute, then try again.',
      };
    case 'rendezvous_offline':
      return {
        heading: 'No connection',
        advice: 'This phone cannot reach the meeting point. Check your network, then try again.',
      };
    case 'storage_failed':
      return {
        heading: 'The key cannot be kept here',
        advice:
          'This browser does not let us store a key. Leave private browsing or lockdown mode, then try again.',
      };
    case 'storage_lost':
      return {
        heading: 'The key was lost at once',
        advice:
          'The browser took the key and could not give it back. Install the app, or use another browser, then try again.',
      };
    case 'cancelled':
      return { heading: 'Stopped', advice: 'Nothing was changed.' };
    default:
      return code satisfies never;
  }
}

/** Whether the same link may still succeed. */
export function isLinkStillGood(code: ClaimFailure): boolean {
  return (
    code === 'camera_offline' ||
    code === 'rendezvous_offline' ||
    code === 'clock_unsynced' ||
    code === 'storage_failed' ||
    code === 'cancelled'
  );
}
