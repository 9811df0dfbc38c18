import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CLOCK_CELL_COUNT,
  CLOCK_CELL_PX,
  clockStripRect,
  encodeClockStrip,
  parseClockStrip,
  readClockStrip,
  unwrapClockStrip,
} from './clock-strip.ts';

const moments = fc.integer({ min: 0, max: 4_102_444_800_000 });

/** A luma plane with the strip drawn in the given levels. */
function drawStrip(width: number, cells: readonly boolean[], black = 16, white = 235) {
  const rect = clockStripRect(width);
  const data = new Uint8Array(width * rect.height).fill(60);
  cells.forEach((cell, index) => {
    const left = (index % rect.columns) * CLOCK_CELL_PX;
    const top = Math.floor(index / rect.columns) * CLOCK_CELL_PX;
    for (let y = top; y < top + CLOCK_CELL_PX; y++) {
      data.fill(cell ? white : black, y * width + left, y * width + left + CLOCK_CELL_PX);
    }
  });
  return { data, stride: width };
}

describe('clock strip', () => {
  it('gives back any time modulo 2^32', () => {
    fc.assert(
      fc.property(moments, (ms) => {
        expect(parseClockStrip(encodeClockStrip(ms))).toBe(ms % 2 ** 32);
      }),
    );
  });

  it('finds the full time again within 24 days', () => {
    const offset = fc.integer({ min: -2_000_000_000, max: 2_000_000_000 });
    fc.assert(
      fc.property(moments, offset, (ms, offMs) => {
        expect(unwrapClockStrip(ms % 2 ** 32, ms + offMs)).toBe(ms);
      }),
    );
  });

  it('refuses any burst of up to eight wrong cells', () => {
    const burst = fc.record({
      start: fc.nat(CLOCK_CELL_COUNT - 8),
      pattern: fc.integer({ min: 1, max: 255 }),
    });
    fc.assert(
      fc.property(moments, burst, (ms, { start, pattern }) => {
        const wrong = encodeClockStrip(ms).map((cell, index) =>
          index >= start && index < start + 8 ? cell !== (((pattern >> (index - start)) & 1) === 1) : cell,
        );
        expect(parseClockStrip(wrong)).toBeNull();
      }),
    );
  });

  it('refuses black, white and a wrong number of cells', () => {
    expect(parseClockStrip(new Array(CLOCK_CELL_COUNT).fill(false))).toBeNull();
    expect(parseClockStrip(new Array(CLOCK_CELL_COUNT).fill(true))).toBeNull();
    expect(parseClockStrip(encodeClockStrip(1).slice(1))).toBeNull();
    expect(parseClockStrip([...encodeClockStrip(1), false])).toBeNull();
  });

  it.each([1280, 640, 320, 176])('is read from a picture %i pixels wide', (width) => {
    const ms = 1_790_000_123_456;
    expect(readClockStrip(drawStrip(width, encodeClockStrip(ms)), width)).toBe(ms % 2 ** 32);
    expect(readClockStrip(drawStrip(width, encodeClockStrip(ms), 50, 180), width)).toBe(ms % 2 ** 32);
  });

  it('is one row from 640 pixels, two at 320, and null where there is no strip', () => {
    expect(clockStripRect(1280)).toEqual({ x: 0, y: 0, width: 640, height: 16, columns: 40 });
    expect(clockStripRect(320)).toEqual({ x: 0, y: 0, width: 320, height: 32, columns: 20 });
    expect(readClockStrip({ data: new Uint8Array(0), stride: 640 }, 640)).toBeNull();
  });
});
