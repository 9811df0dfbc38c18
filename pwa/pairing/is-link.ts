import { parseInviteLink } from '#shared/invite-link.ts';

/** Whether a text from a code, a photo or the clipboard is a link to one of our cameras. */
export function isLink(text: string): boolean {
  try {
    parseInviteLink(text);
    return true;
  } catch {
    return false; // Somebody's other code; the caller says so.
  }
}
