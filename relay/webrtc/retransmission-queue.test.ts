import { describe, expect, it } from 'vitest';
import { RetransmissionQueue } from './retransmission-queue.ts';

const MS = 1000;

describe('retransmission queue', () => {
  it('gives numbers in the order they were asked for', () => {
    const queue = new RetransmissionQueue();
    for (const number of [5, 3, 9]) queue.add(number);
    expect([queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([5, 3, 9, null]);
    expect(queue.isEmpty).toBe(true);
  });

  it('tells what the last second took', () => {
    const queue = new RetransmissionQueue();
    for (let index = 0; index < 10; index++) queue.handleSent(1000, index * 100 * MS);
    expect(queue.bps(900 * MS)).toBe(80_000);
    expect(queue.bps(1_400 * MS)).toBe(40_000);
    expect(queue.bps(60_000 * MS)).toBe(0);
  });

  it('allows a burst, and for long a fifth of the path', () => {
    const queue = new RetransmissionQueue();
    let sent = 0;
    for (let index = 0; index < 10_000; index++) {
      const nowUs = index * MS;
      if (!queue.hasAllowance(1_000_000, nowUs)) continue;
      queue.handleSent(1200, nowUs);
      sent += 1200;
    }
    expect(sent).toBeGreaterThan(60_000 + 240_000);
    expect(sent).toBeLessThan(60_000 + 260_000);
  });
});
