import { createPicture, type Picture, type Plane } from '../h264/picture.ts';
import { createGlyphMask } from './glyphs.ts';
import type { SceneLayout } from './layout.ts';
import { createMask, type Mask, stamp } from './mask.ts';
import { type Colour, mix, palette } from './palette.ts';

const STARS = 90;
/** The full size, a smaller one for a narrow path, and the low rendition. */
const MAX_KEPT = 3;

/** What was painted before, by size: whoever opens the camera waits for its first picture, and this is a third of it. */
const kept = new Map<string, Picture>();

/**
 * Everything that stands still: sky, stars, hills, a house with its light on, and the scale's digits. The same picture for the
 * same size; nobody paints on it.
 */
export function backdropOf(layout: SceneLayout): Picture {
  const size = `${layout.width}x${layout.height}`;
  const backdrop = kept.get(size) ?? paintBackdrop(layout);
  kept.delete(size);
  kept.set(size, backdrop);
  const [oldest] = kept.keys();
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  return backdrop;
}

function paintBackdrop(layout: SceneLayout): Picture {
  const picture = createPicture(layout.width, layout.height);
  paintSky(picture, layout);
  paintStars(picture, layout);
  paintHills(picture, layout);
  paintHouse(picture, layout);
  paintScale(picture, layout);
  return picture;
}

function paintSky(picture: Picture, layout: SceneLayout): void {
  const height = picture.rows * 16;
  for (let y = 0; y < height; y++) {
    const share = Math.min(1, y / layout.horizon) ** 1.4;
    fillRow(picture, y, mix(palette.skyTop, palette.skyBottom, share));
  }
}

function fillRow(picture: Picture, y: number, colour: Colour): void {
  picture.y.data.fill(Math.round(colour.y), y * picture.y.stride, (y + 1) * picture.y.stride);
  for (const [plane, level] of [
    [picture.u, colour.u],
    [picture.v, colour.v],
  ] as const) {
    plane.data.fill(Math.round(level), (y >> 1) * plane.stride, ((y >> 1) + 1) * plane.stride);
  }
}

function paintStars(picture: Picture, layout: SceneLayout): void {
  const random = createRandom(7);
  for (let index = 0; index < STARS; index++) {
    const at = { x: random() * layout.width, y: 20 + random() ** 1.5 * layout.horizon * 0.8 };
    const radius = 0.5 + random() * 0.9;
    const shine = 0.25 + random() * 0.6;
    const mask = createMask(4, 4, (x, y) => shine * (radius + 0.5 - Math.hypot(x - 2, y - 2)));
    stamp(picture, mask, at, palette.star);
  }
}

function paintHills(picture: Picture, layout: SceneLayout): void {
  const { width, height, horizon } = layout;
  const far = (x: number) =>
    horizon - height * (0.035 * wave(x / width, 1.3, 0.4) + 0.012 * wave(x / width, 3.1, 2));
  const near = (x: number) => horizon + height * (0.055 - 0.03 * wave(x / width, 0.9, 2.6));
  paintBelow(picture, far, palette.farHill);
  paintBelow(picture, near, palette.nearHill);
}

/** Fills everything below `ridge`, in strips two pixels wide. */
function paintBelow(picture: Picture, ridge: (x: number) => number, colour: Colour): void {
  for (let x = 0; x < picture.y.stride; x += 2) {
    const top = ridge(x + 1);
    paintColumn(picture.y, x, top, colour.y);
    paintColumn(picture.y, x + 1, top, colour.y);
    paintColumn(picture.u, x / 2, top / 2, colour.u);
    paintColumn(picture.v, x / 2, top / 2, colour.v);
  }
}

/** Fills one column from `top` down, its first sample in part. */
function paintColumn(plane: Plane, x: number, top: number, level: number): void {
  const { data, stride } = plane;
  const first = Math.floor(top);
  const edge = first * stride + x;
  data[edge] = Math.round((data[edge] ?? 0) + (level - (data[edge] ?? 0)) * (first + 1 - top));
  for (let at = edge + stride; at < data.length; at += stride) data[at] = Math.round(level);
}

function wave(position: number, turns: number, phase: number): number {
  return Math.sin(position * turns * 2 * Math.PI + phase);
}

/** A gable at the right, its window a keyhole with the lamp on behind it. */
function paintHouse(picture: Picture, layout: SceneLayout): void {
  const size = Math.round(layout.height * 0.085) * 2;
  const at = { x: layout.width * 0.82, y: layout.horizon + layout.height * 0.075 - size };
  const half = size / 2;
  const gable = createMask(size, size, (x, y) => {
    const roof = y - Math.abs(x - half) * 0.8 - size * 0.06;
    const walls = size * 0.4 - Math.abs(x - half);
    return y < size * 0.4 ? roof : Math.min(walls, roof);
  });
  const glow = createMask(
    size * 2,
    size * 2,
    (x, y) => 0.34 * falloff(Math.hypot(x - size, y - size) / (size * 0.8)),
  );
  stamp(picture, gable, at, palette.wall);
  stamp(picture, glow, { x: at.x - half, y: at.y - size * 0.38 }, palette.glow);
  stamp(picture, keyholeMask(size), at, palette.amber);
}

function keyholeMask(size: number): Mask {
  const radius = size * 0.085;
  return createMask(size, size, (x, y) => {
    const [dx, dy] = [Math.abs(x - size / 2), y - size * 0.56];
    const bow = radius + 0.5 - Math.hypot(dx, dy);
    const slot = Math.min(radius * (0.5 + (dy / size) * 1.6) - dx + 0.5, dy, size * 0.2 - dy + 0.5);
    return Math.max(bow, slot);
  });
}

function paintScale(picture: Picture, layout: SceneLayout): void {
  const { scale, fraction } = layout;
  for (let digit = 0; digit < 10; digit++) {
    const mask = createGlyphMask(String(digit), fraction.style);
    stamp(picture, mask, { x: scale.x + digit * scale.pitch, y: scale.y }, palette.quiet);
  }
}

/** Light that fades to nothing at 1. */
function falloff(distance: number): number {
  return distance >= 1 ? 0 : (1 - distance * distance) ** 2;
}

/** The same stars every night (Park and Miller's generator). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
