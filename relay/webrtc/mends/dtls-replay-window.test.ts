import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REPLAY_WINDOW_PACKETS, ReplayWindow } from './dtls-replay-window.ts';

describe('a replay window', () => {
  it('takes each number once, in any order within its reach', () => {
    const order = fc.shuffledSubarray(Array.from({ length: REPLAY_WINDOW_PACKETS }, (_, n) => n));
    fc.assert(
      fc.property(order, (numbers) => {
        const window = new ReplayWindow();
        for (const number of numbers) {
          expect(window.isFresh(number)).toBe(true);
          window.mark(number);
        }
        for (const number of numbers) expect(window.isFresh(number)).toBe(false);
      }),
    );
  });

  it('takes nothing older than it remembers', () => {
    const window = new ReplayWindow();
    window.mark(1000);
    expect(window.isFresh(1000 - REPLAY_WINDOW_PACKETS + 1)).toBe(true);
    expect(window.isFresh(1000 - REPLAY_WINDOW_PACKETS)).toBe(false);
  });

  it('forgets nothing in a leap of any length', () => {
    const window = new ReplayWindow();
    window.mark(0);
    window.mark(2 ** 47);
    expect(window.isFresh(2 ** 47)).toBe(false);
    expect(window.isFresh(2 ** 47 - 1)).toBe(true);
    expect(window.isFresh(0)).toBe(false);
  });
});
