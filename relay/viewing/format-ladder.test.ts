import { beforeEach, describe, expect, it } from 'vitest';
import type { CaptureFormat } from '../capture/capture.ts';
import { FormatLadder } from './format-ladder.ts';

let ladder: FormatLadder;
let nowMs: number;

beforeEach(() => {
  ladder = new FormatLadder({ width: 1280, height: 720, frameRate: 30 });
  nowMs = 0;
});

/** Holds a bitrate for so long, told every 100 ms; the formats it led to. */
function hold(bitrateBps: number, forMs: number): CaptureFormat[] {
  const formats: CaptureFormat[] = [];
  for (const endMs = nowMs + forMs; nowMs <= endMs; nowMs += 100) {
    const format = ladder.update(bitrateBps, nowMs);
    if (format) formats.push(format);
  }
  return formats;
}

describe('format ladder', () => {
  it('leaves the full picture where the bitrate is enough for it', () => {
    expect(hold(650_000, 10_000)).toEqual([]);
  });

  it('takes the step that fits, after two seconds', () => {
    expect(hold(300_000, 1_900)).toEqual([]);
    expect(hold(300_000, 200)).toEqual([{ width: 640, height: 360, frameRate: 30 }]);
  });

  it.each([
    [500_000, { width: 960, height: 540, frameRate: 30 }],
    [200_000, { width: 640, height: 360, frameRate: 30 }],
    [100_000, { width: 640, height: 360, frameRate: 15 }],
  ])('has a picture for %i bit/s', (bitrateBps, format) => {
    expect(hold(bitrateBps, 5_000)).toEqual([format]);
  });

  it('grows only with some to spare, and after three seconds', () => {
    hold(500_000, 3_000);
    expect(hold(700_000, 10_000)).toEqual([]);
    expect(hold(800_000, 2_900)).toEqual([]);
    expect(hold(800_000, 200)).toEqual([{ width: 1280, height: 720, frameRate: 30 }]);
  });

  it('does not follow a bitrate that comes and goes', () => {
    for (let round = 0; round < 20; round++) {
      expect(hold(500_000, 1_700)).toEqual([]);
      expect(hold(700_000, 200)).toEqual([]);
    }
  });

  it('keeps sizes even', () => {
    ladder = new FormatLadder({ width: 1366, height: 768, frameRate: 25 });
    expect(hold(400_000, 3_000)).toEqual([{ width: 1024, height: 576, frameRate: 25 }]);
    expect(hold(90_000, 3_000)).toEqual([{ width: 684, height: 384, frameRate: 13 }]);
  });
});
