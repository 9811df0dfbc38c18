import { describe, expect, it } from 'vitest';
import { Narrowing } from './narrowing.ts';

const MS = 1000;

function feed(
  narrowing: Narrowing,
  packets: readonly (readonly [sentMs: number, arrivedMs: number])[],
): void {
  for (const [sentMs, arrivedMs] of packets)
    narrowing.add({ sentAtUs: sentMs * MS, arrivedAtUs: arrivedMs * MS, bytes: 1200, cluster: 0 });
}

describe('narrowing', () => {
  it('is seen by two packets that come much further apart than they were sent', () => {
    const narrowing = new Narrowing();
    feed(narrowing, [
      [0, 20],
      [3, 23],
      [6, 26],
    ]);
    expect(narrowing.bps).toBeNull();
    feed(narrowing, [
      [9, 42],
      [12, 58],
    ]);
    expect(narrowing.bps).toBeCloseTo(600_000);
  });

  it('is not in pauses of the sender', () => {
    const narrowing = new Narrowing();
    feed(narrowing, [
      [0, 20],
      [40, 60],
      [80, 100],
    ]);
    expect(narrowing.bps).toBeNull();
  });

  it('is not in a single pause', () => {
    const narrowing = new Narrowing();
    feed(narrowing, [
      [0, 20],
      [3, 23],
      [6, 90],
      [9, 91],
    ]);
    expect(narrowing.bps).toBeNull();
  });

  it('is not in what was held up and came at once', () => {
    const narrowing = new Narrowing();
    feed(narrowing, [
      [0, 20],
      [3, 100],
      [6, 100],
      [9, 101],
      [30, 102],
      [60, 103],
      [80, 128],
      [100, 129],
    ]);
    expect(narrowing.bps).toBeNull();
  });
});
