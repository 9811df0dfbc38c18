import type { Picture, Plane } from '../h264/picture.ts';
import type { Colour } from './palette.ts';

/** How much of a colour each pixel takes, 0 to 1; width and height are even. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly cover: Float32Array;
}

/** A mask from a function of the pixel's centre. */
export function createMask(width: number, height: number, coverAt: (x: number, y: number) => number): Mask {
  const cover = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      cover[y * width + x] = Math.min(1, Math.max(0, coverAt(x + 0.5, y + 0.5)));
    }
  }
  return { width, height, cover };
}

/** Blends `colour` through `mask` at an even position; what lies outside the picture is left out. */
export function stamp(picture: Picture, mask: Mask, at: { x: number; y: number }, colour: Colour): void {
  const left = Math.round(at.x / 2) * 2;
  const top = Math.round(at.y / 2) * 2;
  blendPlane(picture.y, { mask, left, top, level: colour.y, step: 1 });
  blendPlane(picture.u, { mask, left: left / 2, top: top / 2, level: colour.u, step: 2 });
  blendPlane(picture.v, { mask, left: left / 2, top: top / 2, level: colour.v, step: 2 });
}

interface Blend {
  readonly mask: Mask;
  readonly left: number;
  readonly top: number;
  readonly level: number;
  /** Mask pixels for each sample of the plane, both ways. */
  readonly step: 1 | 2;
}

function blendPlane(plane: Plane, { mask, left, top, level, step }: Blend): void {
  const height = plane.data.length / plane.stride;
  for (let y = Math.max(0, -top); y < mask.height / step && top + y < height; y++) {
    for (let x = Math.max(0, -left); x < mask.width / step && left + x < plane.stride; x++) {
      const cover = step === 1 ? (mask.cover[y * mask.width + x] ?? 0) : meanCover(mask, x * 2, y * 2);
      if (cover === 0) continue;
      const at = (top + y) * plane.stride + left + x;
      const base = plane.data[at] ?? 0;
      plane.data[at] = Math.round(base + (level - base) * cover);
    }
  }
}

function meanCover(mask: Mask, x: number, y: number): number {
  const at = y * mask.width + x;
  const { cover, width } = mask;
  return (
    ((cover[at] ?? 0) + (cover[at + 1] ?? 0) + (cover[at + width] ?? 0) + (cover[at + width + 1] ?? 0)) / 4
  );
}
