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
    const text = shown(false, (display) => display.showInvite(link, 10));
    expect(text).toContain(link);
    const code = text.split('\n').filter((line) => /^[█▀▄ ]+$/.test(line) && /[█▀▄]/.test(line));
    expect(code.length).toBeLessThanOrEqual(24);
    for (const line of code) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('sets its own colours on a terminal, and writes none into a journal', () => {
    const show = (display: ReturnType<typeof createTerminalDisplay>) => display.showInvite(link, 10);
    expect(shown(true, show)).toContain('\u001b[97;40m');
    expect(shown(false, show)).not.toContain('\u001b');
  });

  it('shows the four digits apart, to be read across a room', () => {
    expect(shown(false, (display) => display.showClaimed('Anna’s phone', '1205'))).toContain('1 2 0 5');
  });
});
