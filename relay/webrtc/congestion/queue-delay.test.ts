import { describe, expect, it } from 'vitest';
import { QueueDelay } from './queue-delay.ts';

const MS = 1000;

describe('queue delay', () => {
  it('is what a packet takes beyond the shortest way, whatever the clocks show', () => {
    const queue = new QueueDelay();
    expect(queue.add(1_000 * MS, 20 * MS)).toBe(0);
    expect(queue.add(1_010 * MS, 42 * MS)).toBe(12 * MS);
    expect(queue.add(1_020 * MS, 35 * MS)).toBe(0);
  });

  it('stands where the least of 50 ms stands', () => {
    const queue = new QueueDelay();
    expect(queue.standingUs).toBe(0);
    for (const [index, extraMs] of [0, 30, 5, 30, 30].entries())
      queue.add(index * 10 * MS, (index * 10 + extraMs) * MS);
    expect(queue.standingUs).toBe(5 * MS);
    for (let index = 5; index < 12; index++) queue.add(index * 10 * MS, (index * 10 + 20) * MS);
    expect(queue.standingUs).toBe(20 * MS);
  });

  it('looks at three packets at least, however far apart', () => {
    const queue = new QueueDelay();
    for (const [index, extraMs] of [0, 9, 7, 8].entries())
      queue.add(index * 100 * MS, (index * 100 + extraMs) * MS);
    expect(queue.standingUs).toBe(7 * MS);
  });
});
