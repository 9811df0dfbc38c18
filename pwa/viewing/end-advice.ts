import type { CameraSummary, LiveEndCode } from './camera.ts';
import { hoursWords } from './hours-text.ts';
import { dateWords, momentWords } from './terms-text.ts';

/** What to do about the end of a session, in a sentence, by what is known of the camera. */
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
