import { describe, expect, it } from 'vitest';
import { RateMeter } from './rate-meter.ts';

const MS = 1000;

describe('rate meter', () => {
  it('tells the rate of its window', () => {
    const meter = new RateMeter(500 * MS);
    for (let ms = 0; ms < 2_000; ms += 10) meter.add(1000, ms * MS);
    expect(meter.bps(1_999 * MS)).toBe(800_000);
  });

  it('forgets by and by, and all after a pause', () => {
    const meter = new RateMeter(1_000 * MS);
    for (let ms = 0; ms < 1_000; ms += 100) meter.add(1000, ms * MS);
    expect(meter.bps(1_400 * MS)).toBe(40_000);
    expect(meter.bps(60_000 * MS)).toBe(0);
  });
});
