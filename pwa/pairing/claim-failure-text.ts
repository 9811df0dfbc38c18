import type { ClaimFailure } from './claim-state.ts';

/** A few words for what went wrong with a claim. */
export function failureHeading(code: ClaimFailure): string {
  switch (code) {
    case 'not_a_latchkey':
      return 'Not a camera’s code';
    case 'already_claimed':
      return 'This camera has an owner';
    case 'expired':
      return 'The code has run out';
    case 'camera_offline':
      return 'The camera does not answer';
    case 'rendezvous_offline':
      return 'No connection';
    case 'wrong_camera':
      return 'Another camera answered';
    case 'storage_failed':
      return 'The key cannot be kept here';
    case 'storage_lost':
      return 'The key was lost at once';
    case 'cancelled':
      return 'Stopped';
    case 'check_code_differs':
      return 'Another phone was first';
    default:
      return code satisfies never;
  }
}

/** What to do about it, in a sentence or two. */
export function failureAdvice(code: ClaimFailure): string {
  switch (code) {
    case 'not_a_latchkey':
      return 'This link or code is not one of a Latchkey camera. Scan the one on the camera’s screen.';
    case 'already_claimed':
      return 'Another phone used this code first. If that was not you, reset the camera and scan its new code.';
    case 'expired':
      return 'A code lasts ten minutes. The camera shows a fresh one: scan that.';
    case 'camera_offline':
      return 'Check that it has power and a network, then try again.';
    case 'rendezvous_offline':
      return 'This phone cannot reach the meeting point. Check your network, then try again.';
    case 'wrong_camera':
      return 'Whoever answered could not prove to be the camera of this code. Nothing was shared. Scan the code on the camera itself.';
    case 'storage_failed':
      return 'This browser does not let us store a key. Leave private browsing or lockdown mode, then scan again.';
    case 'storage_lost':
      return 'The browser took the key and could not give it back. Install the app, or use another browser, then scan again.';
    case 'cancelled':
      return 'Nothing was changed.';
    case 'check_code_differs':
      return 'This phone gave its key back. Reset the camera, then scan the new code it shows.';
    default:
      return code satisfies never;
  }
}
