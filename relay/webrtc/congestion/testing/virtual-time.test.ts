import { describe, expect, it } from 'vitest';
import { capacityBits, constantRate, radioTrace, steps } from './rate-trace.ts';
import { type LinkProfile, SimulatedLink } from './simulated-link.ts';
import { VirtualTime } from './virtual-time.ts';

const MS = 1000;

describe('virtual time', () => {
  it('fires what falls due in order, and what falls due at once in the order it was asked for', () => {
    const time = new VirtualTime();
    const fired: string[] = [];
    for (const [ms, name] of [
      [30, 'c'],
      [10, 'a'],
      [20, 'b1'],
      [20, 'b2'],
    ] as const)
      time.after(ms, () => fired.push(`${name} at ${time.nowMs()}`));
    time.runUntil(25 * MS);
    expect(fired).toEqual(['a at 10', 'b1 at 20', 'b2 at 20']);
    expect(time.nowMs()).toBe(25);
  });

  it('repeats until it is told to stop', () => {
    const time = new VirtualTime();
    let count = 0;
    const stop = time.every(10, () => {
      if (++count === 3) stop();
    });
    time.runUntil(1_000 * MS);
    expect(count).toBe(3);
  });
});

describe('a simulated link', () => {
  /** When packets of 1,250 bytes come out that enter at these moments, milliseconds; null for those that do not. */
  function pass(profile: Partial<LinkProfile>, entersMs: readonly number[]): (number | null)[] {
    const time = new VirtualTime();
    const link = new SimulatedLink(time, {
      rate: constantRate(1_000_000),
      delayMs: 20,
      queue: { ms: 100 },
      ...profile,
    });
    for (const ms of entersMs) time.at(ms * MS, () => link.send(1250, 0, () => undefined));
    time.runUntil(10_000 * MS);
    return link.records.map(({ leftUs }) => (leftUs === null ? null : leftUs / MS));
  }

  it('takes as long as its rate and its delay', () => {
    expect(pass({}, [0, 0, 50])).toEqual([30, 40, 80]);
  });

  it('serves a packet at the rate of each moment', () => {
    const rate = steps([0, 1_000_000], [0.005, 500_000], [0.02, 0], [0.1, 1_000_000]);
    expect(pass({ rate }, [0, 0])).toEqual([35, 127.5]);
  });

  it('drops what its queue does not hold', () => {
    const left = pass(
      {},
      Array.from({ length: 12 }, () => 0),
    );
    expect(left.filter((ms) => ms === null)).toHaveLength(2);
  });

  it('begins a new trace where it is reloaded', () => {
    const time = new VirtualTime();
    const link = new SimulatedLink(time, { rate: constantRate(1_000_000), delayMs: 20, queue: { ms: 100 } });
    time.at(50 * MS, () => {
      link.send(1250, 0, () => undefined);
      link.reload({ rate: steps([0, 500_000], [0.02, 1_000_000]), delayMs: 0, queue: { ms: 100 } });
      link.send(1250, 0, () => undefined);
    });
    time.runUntil(1_000 * MS);
    expect(link.records.map(({ leftUs }) => leftUs)).toEqual([80 * MS, 80 * MS]);
  });

  it('has a driver that takes no bursts', () => {
    const driver = { packetsPerSecond: 100, packets: 3 };
    expect(pass({ driver }, [0, 0, 0, 0, 30]).map((ms) => ms !== null)).toEqual([
      true,
      true,
      true,
      false,
      true,
    ]);
  });

  it('lets jitter delay packets, but not overtake one another', () => {
    const left = pass(
      { jitterMs: 30 },
      Array.from({ length: 50 }, (_, index) => index * 15),
    ).map(Number);
    expect(left).toEqual(left.toSorted((a, b) => a - b));
    expect(new Set(left.map((ms, index) => ms - index * 15)).size).toBeGreaterThan(20);
  });

  it('loses the share it is to lose', () => {
    const left = pass(
      { loss: 0.1 },
      Array.from({ length: 500 }, (_, index) => index * 15),
    );
    expect(left.filter((ms) => ms === null).length).toBeGreaterThan(30);
    expect(left.filter((ms) => ms === null).length).toBeLessThan(75);
  });
});

describe('a radio trace', () => {
  it('is the same for the same seed, and about its median', () => {
    const options = {
      seconds: 200,
      medianBps: 2e6,
      spread: 0.5,
      memoryS: 2,
      stallsPerS: 0,
      stallMs: 0,
      stepMs: 20,
    };
    const trace = radioTrace({ ...options, seed: 1 });
    expect(radioTrace({ ...options, seed: 1 })).toEqual(trace);
    const sorted = trace.map(({ bps }) => bps).toSorted((a, b) => a - b);
    expect(Math.abs(Math.log((sorted[Math.floor(sorted.length / 2)] ?? 0) / 2e6))).toBeLessThan(0.3);
    expect(capacityBits(steps([0, 1e6], [2, 3e6]), 1e6, 4e6)).toBe(7e6);
  });
});
