import { renderUnicodeCompact } from 'uqr';
import type { PairingDisplay } from './claiming.ts';

/** Shows codes and digits as text, for a terminal or the journal. */
export function createTerminalDisplay(write: (text: string) => void): PairingDisplay {
  return {
    showInvite(link, validMinutes) {
      write(
        [
          '',
          renderUnicodeCompact(link, { border: 2 }),
          '  Scan this with Latchkey on your phone, or open:',
          `  ${link}`,
          '',
          `  The first phone to use it owns this camera. A new code follows in ${validMinutes} minutes.`,
          '',
        ].join('\n'),
      );
    },
    showClaimed(phoneName, checkCode) {
      write(
        [
          '',
          `  Claimed by ${phoneName}.`,
          `  Its screen should show  ${[...checkCode].join(' ')}`,
          '  Other digits there? Somebody else was first: stop the camera and run: latchkey reset',
          '',
        ].join('\n'),
      );
    },
  };
}
