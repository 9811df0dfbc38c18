import { describe, expect, it } from 'vitest';
import { Intake, type Way } from './intake.ts';

const count = (intake: Intake, way: Way, nowMs: number) => {
  let taken = 0;
  while (taken < 1_000 && intake.takes(way, nowMs)) taken += 1;
  return taken;
};

describe('what is looked at of what comes on a channel', () => {
  it('is more at once than a phone sends, and then a few a second', () => {
    const intake = new Intake();
    expect(count(intake, 'broker', 5_000)).toBeGreaterThan(100);
    expect(count(intake, 'broker', 5_000)).toBe(0);
    expect(count(intake, 'broker', 6_000)).toBe(20);
  });

  it('is counted for each way by itself', () => {
    const intake = new Intake();
    count(intake, 'broker', 0);
    expect(intake.takes('session', 0)).toBe(true);
  });
});
