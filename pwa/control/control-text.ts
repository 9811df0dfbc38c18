import type { LendingFailure } from '../lending/lending.ts';
import { lendingFailureSentence } from '../lending/lending-failure.ts';

/** Why a camera did not do what was asked of it, in a sentence or two. */
export function controlFailureSentence(code: LendingFailure): string {
  switch (code) {
    case 'clock_unsynced':
      return 'The camera does not know the time, so it keeps to the safe side of its schedule. Wait a minute, or take the schedule away.';
    case 'bad_terms':
      return 'The camera cannot do that.';
    case 'not_stored':
      return 'The camera could not write it down. Switched off, it stays off until it restarts. Its memory card may be full or worn out.';
    default:
      return lendingFailureSentence(code);
  }
}
