import type { CaptureFormat } from '../../capture.ts';
import type { GlyphStyle } from './glyphs.ts';

/** A point, pixels. */
export interface Position {
  readonly x: number;
  readonly y: number;
}

/** Where everything in the scene stands, for one picture size. */
export interface SceneLayout {
  readonly width: number;
  readonly height: number;
  /** Hours to seconds. */
  readonly clock: Position & { readonly style: GlyphStyle; readonly colonWidth: number };
  /** Milliseconds: whole macroblocks, copied from the scale's digits. */
  readonly fraction: Position & { readonly style: GlyphStyle };
  readonly date: Position & { readonly style: GlyphStyle };
  /** The scale of tenths, 0 to 9, above which a light runs once a second. */
  readonly scale: Position & {
    readonly pitch: number;
    readonly lightY: number;
    readonly lightRadius: number;
  };
  /** The lantern's pendulum: pivot above the picture, length, swing to each side in radians. */
  readonly lantern: Position & { readonly length: number; readonly swing: number; readonly radius: number };
  readonly horizon: number;
}

const MIN_LARGE_WIDTH = 560;

/** Lays the scene out; the clock stands in the middle, on the dark of the near hill; the lantern swings in the sky. */
export function layOutScene({ width, height }: CaptureFormat): SceneLayout {
  const unit = Math.min(width / 1280, height / 720);
  const cell = width >= MIN_LARGE_WIDTH ? 32 : 16;
  const digit = even(68 * Math.max(unit, cell === 32 ? 0.66 : 0.38));
  const tall = roundTo16(digit * 1.7);
  const colon = even(digit * 0.5);
  const clockWidth = 6 * digit + 2 * colon;
  const bottom = roundTo16(height * 0.755);
  const fractionX = roundTo16((width - clockWidth - 3 * cell) / 2 + clockWidth + cell / 4);
  const clockX = even(fractionX - clockWidth - cell / 4);
  const style = { cellWidth: digit, cellHeight: tall, height: tall * 0.86, pen: tall * 0.075 };
  const small = { cellWidth: cell, cellHeight: cell, height: cell * 0.84, pen: Math.max(1.6, cell * 0.08) };
  const dateCell = even(Math.max(8, cell * 0.56));
  const pitch = Math.max(cell, roundTo16(Math.min(64, width / 14)));
  const scaleY = roundTo16(height * 0.9);
  return {
    width,
    height,
    clock: { x: clockX, y: bottom - tall, style, colonWidth: colon },
    fraction: { x: fractionX, y: bottom - cell, style: small },
    date: {
      x: even((width - 14 * dateCell) / 2),
      y: bottom + even(cell * 0.4),
      style: {
        cellWidth: dateCell,
        cellHeight: cell,
        height: dateCell * 1.15,
        pen: Math.max(1.2, dateCell * 0.11),
      },
    },
    scale: {
      x: roundTo16((width - 9 * pitch - cell) / 2),
      y: scaleY,
      pitch,
      lightY: scaleY - cell / 4,
      lightRadius: Math.max(3, cell * 0.16),
    },
    lantern: {
      x: width / 2,
      y: -height * 0.75,
      length: height * 1.0,
      swing: Math.min(0.42, (width * 0.36) / height),
      radius: Math.max(10, 30 * unit),
    },
    horizon: height * 0.5,
  };
}

function roundTo16(value: number): number {
  return Math.round(value / 16) * 16;
}

function even(value: number): number {
  return Math.round(value / 2) * 2;
}
