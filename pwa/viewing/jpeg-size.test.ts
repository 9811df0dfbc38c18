import { describe, expect, test } from 'vitest';
import { readJpegSize } from './jpeg-size.ts';

const segment = (marker: number, ...content: number[]) => [
  ...[0xff, marker, 0, content.length + 2],
  ...content,
];
const frame = (marker: number, width: number, height: number) =>
  segment(marker, 8, height >> 8, height & 0xff, width >> 8, width & 0xff, 3);
const jpeg = (...segments: number[][]) => Uint8Array.of(0xff, 0xd8, ...segments.flat());

describe('the size of a JPEG', () => {
  test.each([0xc0, 0xc1, 0xc2])('stands in its frame header, behind other segments: %i', (marker) => {
    const bytes = jpeg(segment(0xe0, 1, 2, 3), segment(0xc4, 1, 0xff, 0xc0), frame(marker, 1280, 720));
    expect(readJpegSize(bytes)).toEqual({ width: 1280, height: 720 });
  });

  test('is found behind bytes that fill up', () => {
    expect(readJpegSize(jpeg([0xff, 0xff], frame(0xc0, 40_000, 3)))).toEqual({ width: 40_000, height: 3 });
  });

  test.each<[string, Uint8Array]>([
    ['is nothing', new Uint8Array()],
    ['is another picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, ...frame(0xc0, 1, 1))],
    ['ends before it', jpeg(frame(0xc0, 1, 1).slice(0, 6))],
    ['has a segment that leads nowhere', jpeg([0xff, 0xe0, 0xff, 0xff])],
    ['has none before its content', jpeg(segment(0xda, 0), frame(0xc0, 1, 1))],
  ])('is not known of what %s', (_, bytes) => {
    expect(readJpegSize(bytes)).toBeNull();
  });

  test('is looked for to the end of anything, and no further', () => {
    for (let length = 0; length < 300; length++) {
      const noise = Array.from({ length }, (_, index) => (index * 193 + length * 71) & 0xff);
      expect(() => readJpegSize(jpeg(noise))).not.toThrow();
      expect(() => readJpegSize(jpeg([0xff, 0xe1, 0, 0, ...noise]))).not.toThrow();
    }
  });
});
