import { describe, expect, it } from 'vitest';
import { createTerminalDisplay } from './terminal-display.ts';

const link = `https://latchkey.example/#c1.${'A'.repeat(43)}.${'B'.repeat(22)}`;

function shown(
  hasColours: boolean,
  show: (display: ReturnType<typeof createTerminalDisplay>) => void,
): string {
  let text = '';
  show(createTerminalDisplay((line) => (text += line), hasColours));
  return text;
}

describe('the terminal', () => {
  it('shows the link as text and as a code that fits 80 columns and 24 lines', () => {
    const text = shown(false, (display) => display.showInvite(link, { validMinutes: 10, isFirst: true }));
    expect(text).toContain(link);
    const code = text.split('\n').filter((line) => /^[█▀▄ ]+$/.test(line) && /[█▀▄]/.test(line));
    expect(code.length).toBeLessThanOrEqual(24);
    for (const line of code) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('sets its own colours on a terminal, and writes none into a journal', () => {
    const show = (display: ReturnType<typeof createTerminalDisplay>) =>
      display.showInvite(link, { validMinutes: 10, isFirst: true });
    expect(shown(true, show)).toContain('\u001b[97;40m');
    expect(shown(false, show)).not.toContain('\u001b');
  });

  it('shows the four digits apart, to be read across a room', () => {
    expect(shown(false, (display) => display.showClaimed('Anna’s phone', '1205'))).toContain('1 2 0 5');
  });

  it('says whether a code makes the first owner or a further one', () => {
    const text = (isFirst: boolean) =>
      shown(false, (display) => display.showInvite(link, { validMinutes: 10, isFirst }));
    expect(text(true)).toContain('owns this camera. A new code follows in 10 minutes');
    expect(text(false)).toContain('within 10 minutes owns this camera too');
  });

  it('says on a terminal who watches, and nothing in a journal', () => {
    expect(shown(true, (display) => display.showWatching(['Anna', 'Ben']))).toContain('Anna, Ben');
    expect(shown(true, (display) => display.showWatching([]))).toContain('Nobody');
    expect(shown(false, (display) => display.showWatching(['Anna']))).toBe('');
  });

  it('shows who asks to own the camera too, and the six digits in two groups', () => {
    const text = shown(false, (display) => display.showConfirmation('Ben’s phone', '012345'));
    expect(text).toContain('Ben’s phone asks');
    expect(text).toContain('012 345');
    expect(shown(false, (display) => display.showOwnerAdded('Ben’s phone'))).toContain('Ben’s phone');
  });
});
