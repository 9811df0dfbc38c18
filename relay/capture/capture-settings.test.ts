import { describe, expect, it } from 'vitest';
import { clampLowBitrate, lowFormatOf } from './capture-settings.ts';

describe('the low rendition', () => {
  it.each([
    [
      { width: 1280, height: 720, frameRate: 30 },
      { width: 640, height: 360, frameRate: 15 },
    ],
    [
      { width: 720, height: 1280, frameRate: 25 },
      { width: 360, height: 640, frameRate: 13 },
    ],
    [
      { width: 640, height: 480, frameRate: 60 },
      { width: 480, height: 360, frameRate: 15 },
    ],
    [
      { width: 320, height: 240, frameRate: 10 },
      { width: 320, height: 240, frameRate: 10 },
    ],
  ])('of %j is %j', (format, low) => {
    expect(lowFormatOf(format)).toEqual(low);
  });

  it('has a bitrate of its own', () => {
    expect([0, 250_000, 9_000_000, Number.NaN].map(clampLowBitrate)).toEqual([
      100_000, 250_000, 600_000, 100_000,
    ]);
  });
});
