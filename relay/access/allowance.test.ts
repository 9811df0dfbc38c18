import { describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { Allowance } from './allowance.ts';

const MINUTE_MS = 60_000;
const create = (clock = new FakeClock()) => new Allowance({ clock, burst: 30, perSecond: 1 / 120 });

function spendAll(allowance: Allowance, gid: string): number {
  let spent = 0;
  for (; !allowance.isSpent(gid); spent++) allowance.spend(gid);
  return spent;
}

describe('what may be done of a look', () => {
  it('is plenty at once, and then one in two minutes', () => {
    const clock = new FakeClock();
    const allowance = create(clock);
    expect(spendAll(allowance, 'anna')).toBe(31);
    clock.advance(MINUTE_MS);
    expect(allowance.isSpent('anna')).toBe(true);
    clock.advance(MINUTE_MS);
    expect(allowance.isSpent('anna')).toBe(false);
  });

  it('is counted for each by itself', () => {
    const allowance = create();
    spendAll(allowance, 'anna');
    expect(allowance.isSpent('ben')).toBe(false);
  });

  it('is not lost for long when the clock is set back', () => {
    const clock = new FakeClock();
    const allowance = create(clock);
    spendAll(allowance, 'anna');
    clock.step(-60 * 24 * 60 * MINUTE_MS);
    allowance.isSpent('anna');
    clock.advance(3 * MINUTE_MS);
    expect(allowance.isSpent('anna')).toBe(false);
  });
});
