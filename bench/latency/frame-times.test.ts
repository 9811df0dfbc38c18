import { describe, expect, it } from 'vitest';
import type { ShownFrame } from '../../e2e/stage/picture-clock.ts';
import { measureFrames } from './frame-times.ts';

function shown(shownAtMs: number, capturedAtMs: number | null): ShownFrame {
  return { shownAtMs, capturedAtMs, width: 1280, height: 720 };
}

describe('frames', () => {
  it('tell their delay and their rate', () => {
    const frames = [shown(1000, 960), shown(1100, 1050), shown(1200, 1170)];
    expect(measureFrames(frames)).toMatchObject({
      latency: { p50: 40, max: 50 },
      framesPerSecond: 10,
      freezes: 0,
      frozenSeconds: 0,
    });
  });

  it('are frozen while no other comes for more than 150 ms', () => {
    const frames = [shown(0, 0), shown(150, 150), shown(400, 400), shown(560, 560)];
    expect(measureFrames(frames)).toMatchObject({ freezes: 2, frozenSeconds: 0.41, longestGapMs: 250 });
  });

  it('count without a clock, but tell no delay', () => {
    expect(measureFrames([shown(0, null), shown(33, 10)])).toMatchObject({
      latency: { count: 1, p50: 23 },
      framesWithoutClock: 1,
    });
  });
});
