import { renderUnicodeCompact } from 'uqr';
import type { PairingDisplay } from './claiming.ts';

/** Bright white on black, whatever the terminal's own colours: a code with its colours swapped is not read by every phone. */
const PAPER = ['\u001b[97;40m', '\u001b[0m'] as const;

/** A link with its code above it, a line each. */
export function codeLines(link: string, hasColours: boolean): readonly string[] {
  const [ink, end] = hasColours ? PAPER : ['', ''];
  const rows = renderUnicodeCompact(link, { border: 2 }).split('\n');
  return [
    ...rows.map((row) => `${ink}${row}${end}`),
    '  Scan this with Latchkey on your phone, or open:',
    `  ${link}`,
  ];
}

/** Shows codes and digits as text; `hasColours` for a terminal, not for the journal. */
export function createTerminalDisplay(write: (text: string) => void, hasColours: boolean): PairingDisplay {
  return {
    showInvite(link, { validMinutes, isFirst }) {
      write(
        [
          '',
          ...codeLines(link, hasColours),
          '',
          isFirst
            ? `  The first phone to use it owns this camera. A new code follows in ${validMinutes} minutes.`
            : `  The first phone to use it within ${validMinutes} minutes owns this camera too.`,
          '',
        ].join('\n'),
      );
    },
    showConfirmation(phoneName, code) {
      write(
        [
          '',
          `  ${phoneName} asks to own this camera too.`,
          `  To let it, type there  ${code.slice(0, 3)} ${code.slice(3)}`,
          '  Not expected? Do nothing, and nobody is let in.',
          '',
        ].join('\n'),
      );
    },
    showOwnerAdded(phoneName) {
      write(`  ${phoneName} owns this camera too.`);
    },
    showWatching(names) {
      // A journal has it from the log.
      if (!hasColours) return;
      write(names.length === 0 ? '  Nobody is watching now.' : `  Watching now: ${names.join(', ')}`);
    },
    showOwned() {
      write('  This camera has an owner, so it shows no code. To start over with a new one: latchkey reset');
    },
    showClaimed(phoneName, checkCode) {
      write(
        [
          '',
          `  Claimed by ${phoneName}.`,
          `  Its screen should show  ${[...checkCode].join(' ')}`,
          '  Other digits there? Somebody else was first: latchkey reset',
          '',
        ].join('\n'),
      );
    },
  };
}
