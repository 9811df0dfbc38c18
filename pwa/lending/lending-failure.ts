import { LendingError, type LendingFailure } from './lending.ts';

/** The code for whatever a request threw; an error that is none of ours goes on to the page's error handler. */
export function lendingFailureOf(error: unknown): LendingFailure {
  if (error instanceof LendingError) return error.code;
  queueMicrotask(() => {
    throw error;
  });
  return 'storage_failed';
}

/** What came of a request to the camera, in a sentence or two. */
export function lendingFailureSentence(code: LendingFailure): string {
  switch (code) {
    case 'camera_offline':
      return 'The camera does not answer. Check that it has power and a network, then try again.';
    case 'rendezvous_offline':
      return 'This phone cannot reach the meeting point. Check your network, then try again.';
    case 'storage_failed':
      return 'That did not work on this phone. Please try again.';
    case 'clock_unsynced':
      return 'The camera does not know the time yet, so it cannot lend any. Wait a minute, then try again.';
    case 'beyond_own':
      return 'That is more than you may give yourself. Choose less, or a shorter time.';
    case 'bad_terms':
      return 'The camera cannot make sense of these times. The end must lie after the beginning, and not in the past.';
    case 'not_allowed':
    case 'invalid_grant':
      return 'This phone may not do that any more. Ask an owner.';
    case 'expired':
      return 'Your own time is up. Ask whoever lent it to you for more.';
    case 'not_yet':
    case 'outside_hours':
      return 'Your own time has not come. Try again when it has.';
    case 'not_found':
    case 'withdrawn':
      return 'That is gone already. The list will show it in a moment.';
    case 'last_owner':
      return 'A camera keeps at least one owner. Make somebody else an owner first.';
    case 'too_many':
      return 'The camera’s list is full. Take something back first.';
    case 'not_stored':
      return 'The camera could not write it down, so nothing was changed. Its memory card may be full or worn out.';
    case 'busy':
      return 'The camera has its hands full. Try again in a moment.';
    case 'changed':
      return 'Somebody else has changed it just now. Look again, and try once more.';
    case 'private':
    case 'use_nonce':
    case 'needs_code':
    case 'wrong_code':
    case 'capture_failed':
      return 'The camera did not take that. Please try again.';
    default:
      return code satisfies never;
  }
}
