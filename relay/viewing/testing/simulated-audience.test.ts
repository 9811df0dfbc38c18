import { describe, expect, it } from 'vitest';
import { constantRate, type RateTrace, steps } from '../../webrtc/congestion/testing/rate-trace.ts';
import type { LinkProfile } from '../../webrtc/congestion/testing/simulated-link.ts';
import { type Policy, playAudience } from './simulated-audience.ts';

const seconds = (from: number, to: number) => ({ fromUs: from * 1e6, toUs: to * 1e6 });

const linkOf = (rate: RateTrace): LinkProfile => ({ rate, delayMs: 20, queue: { ms: 300 }, seed: 1 });

function play(policy: Policy, third: RateTrace) {
  const links = [constantRate(3e6), constantRate(3e6), third].map(linkOf);
  const [one, , narrow] = playAudience({ links, policy, seconds: 70, seed: 1 });
  if (!one || !narrow) throw new Error('there were three');
  return { one, narrow };
}

describe('an audience of which one path is far narrower', () => {
  it('has no picture spoilt by it, and gives it what it carries', () => {
    const { one, narrow } = play('low', constantRate(0.5e6));
    const settled = seconds(15, 70);
    expect(one.bps(settled)).toBeGreaterThan(2.5e6);
    expect(narrow.bps(settled)).toBeGreaterThan(0.42e6);
    expect(narrow.framesPerSecond(settled)).toBeGreaterThan(14);
    expect([one.gaps(settled).count, narrow.gaps(settled).count]).toEqual([0, 0]);
  });

  it('takes it in again once it is wide, with a freeze neither way', () => {
    const { one, narrow } = play('low', steps([0, 3e6], [20, 0.5e6], [45, 3e6]));
    expect(one.bps(seconds(25, 45))).toBeGreaterThan(2.5e6);
    expect(narrow.bps(seconds(25, 45))).toBeGreaterThan(0.4e6);
    expect(narrow.bps(seconds(55, 70))).toBeGreaterThan(2.4e6);
    expect(one.gaps(seconds(20, 70)).longestMs).toBeLessThan(250);
    expect(narrow.gaps(seconds(25, 70)).longestMs).toBeLessThan(250);
  });

  it('has keyframes for it where there is one encoder', () => {
    const { one, narrow } = play('keyframes', constantRate(0.5e6));
    expect(one.bps(seconds(15, 70))).toBeGreaterThan(2.5e6);
    expect(narrow.framesPerSecond(seconds(15, 70))).toBeLessThan(2);
  });
});
