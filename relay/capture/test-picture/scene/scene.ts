import { CLOCK_CELL_COUNT, CLOCK_CELL_PX, clockStripRect, encodeClockStrip } from '#shared/clock-strip.ts';
import type { CaptureFormat } from '../../capture.ts';
import type { Picture, Plane } from '../h264/picture.ts';
import type { MacroblockPlan } from '../h264/picture-encoder.ts';
import { backdropOf } from './backdrop.ts';
import { createGlyphMask, type GlyphStyle } from './glyphs.ts';
import { layOutScene, type SceneLayout } from './layout.ts';
import { createMask, type Mask, stamp } from './mask.ts';
import { type Colour, palette } from './palette.ts';

/** One there-and-back of the lantern. */
const SWING_PERIOD_MS = 5200;
const SECOND_MS = 1000;

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The moving scene: keeps `picture` up to date and says which macroblocks that changed. */
export class Scene {
  readonly layout: SceneLayout;
  readonly backdrop: Picture;
  readonly #picture: Picture;
  readonly #masks = new Map<string, Mask>();
  readonly #lantern: Mask;
  readonly #lanternLight: Mask;
  readonly #light: Mask;
  /** What each cell of text shows, by position. */
  readonly #shown = new Map<string, string>();
  #moving: Rect[] = [];

  constructor(format: CaptureFormat, picture: Picture) {
    this.layout = layOutScene(format);
    this.backdrop = backdropOf(this.layout);
    this.#picture = picture;
    const { radius } = this.layout.lantern;
    this.#lantern = discMask(radius * 0.5);
    this.#lanternLight = lightMask(radius);
    this.#light = discMask(this.layout.scale.lightRadius);
    restore(this.backdrop, picture, { x: 0, y: 0, width: picture.columns * 16, height: picture.rows * 16 });
  }

  /** Paints the moment `epochMs`. */
  paint(epochMs: number): Map<number, MacroblockPlan> {
    const plan = new Map<number, MacroblockPlan>();
    this.#paintMoving(epochMs, plan);
    this.#paintStrip(epochMs, plan);
    const iso = new Date(epochMs).toISOString();
    this.#paintClock(iso.slice(11, 19), plan);
    this.#paintText(`${iso.slice(0, 10)} UTC`, plan);
    this.#paintFraction(iso.slice(20, 23), plan);
    return plan;
  }

  /** Macroblocks that hold text or lights: no place for anything else. */
  reserved(): Iterable<number> {
    const { lantern, scale, clock, date, width, fraction } = this.layout;
    const cell = fraction.style.cellWidth;
    const reach = lantern.length * Math.sin(lantern.swing) + lantern.radius * 2;
    const lowest = lantern.y + lantern.length + lantern.radius * 2;
    const plan = new Map<number, MacroblockPlan>();
    const add = (rect: Rect) => mark(this.#picture, rect, plan);
    add({ x: Math.round(lantern.x - reach), y: 0, width: Math.round(reach * 2), height: Math.round(lowest) });
    add({ x: scale.x, y: scale.y - cell, width: scale.pitch * 10, height: cell * 2 });
    add({ x: clock.x, y: clock.y, width: fraction.x + 3 * cell - clock.x, height: clock.style.cellHeight });
    add({ x: date.x, y: date.y, width: 14 * date.style.cellWidth, height: cell });
    add(clockStripRect(width));
    return plan.keys();
  }

  #paintMoving(epochMs: number, plan: Map<number, MacroblockPlan>): void {
    for (const rect of this.#moving) {
      restore(this.backdrop, this.#picture, rect);
      mark(this.#picture, rect, plan);
    }
    const { lantern, scale } = this.layout;
    const angle = lantern.swing * Math.sin((2 * Math.PI * epochMs) / SWING_PERIOD_MS);
    const hung = {
      x: lantern.x + lantern.length * Math.sin(angle),
      y: lantern.y + lantern.length * Math.cos(angle),
    };
    const tenths = (epochMs % SECOND_MS) / (SECOND_MS / 10);
    const light = {
      x: scale.x + this.layout.fraction.style.cellWidth / 2 + tenths * scale.pitch,
      y: scale.lightY,
    };
    this.#moving = [
      this.#paintAround(hung, this.#lanternLight, palette.glow),
      this.#paintAround(hung, this.#lantern, palette.amber),
      this.#paintAround(light, this.#light, palette.amber),
    ];
    for (const rect of this.#moving) mark(this.#picture, rect, plan);
  }

  #paintAround(centre: { x: number; y: number }, mask: Mask, colour: Colour): Rect {
    const x = Math.round((centre.x - mask.width / 2) / 2) * 2;
    const y = Math.round((centre.y - mask.height / 2) / 2) * 2;
    stamp(this.#picture, mask, { x, y }, colour);
    return { x, y, width: mask.width, height: mask.height };
  }

  #paintStrip(epochMs: number, plan: Map<number, MacroblockPlan>): void {
    const { columns } = clockStripRect(this.layout.width);
    const cells = encodeClockStrip(epochMs);
    for (let index = 0; index < CLOCK_CELL_COUNT; index++) {
      const rect = {
        x: (index % columns) * CLOCK_CELL_PX,
        y: Math.floor(index / columns) * CLOCK_CELL_PX,
        width: CLOCK_CELL_PX,
        height: CLOCK_CELL_PX,
      };
      fill(this.#picture, rect, cells[index] ? palette.paper : palette.ink);
      mark(this.#picture, rect, plan);
    }
  }

  #paintClock(text: string, plan: Map<number, MacroblockPlan>): void {
    const { clock } = this.layout;
    let x = clock.x;
    for (const character of text) {
      const cellWidth = character === ':' ? clock.colonWidth : clock.style.cellWidth;
      this.#paintCharacter(character, { x, y: clock.y }, { ...clock.style, cellWidth }, palette.paper, plan);
      x += cellWidth;
    }
  }

  #paintText(text: string, plan: Map<number, MacroblockPlan>): void {
    const { date } = this.layout;
    [...text].forEach((character, index) => {
      const at = { x: date.x + index * date.style.cellWidth, y: date.y };
      this.#paintCharacter(character, at, date.style, palette.quiet, plan);
    });
  }

  /** The digits that change in every picture are copied from the scale's: a few bytes where drawing takes hundreds. */
  #paintFraction(text: string, plan: Map<number, MacroblockPlan>): void {
    const { fraction, scale } = this.layout;
    [...text].forEach((character, index) => {
      const at = { x: fraction.x + index * fraction.style.cellWidth, y: fraction.y };
      const changed = new Map<number, MacroblockPlan>();
      this.#paintCharacter(character, at, fraction.style, palette.quiet, changed);
      const dx = scale.x + Number(character) * scale.pitch - at.x;
      for (const address of changed.keys()) plan.set(address, { type: 'copy', dx, dy: scale.y - at.y });
    });
  }

  #paintCharacter(
    character: string,
    at: { x: number; y: number },
    style: GlyphStyle,
    colour: Colour,
    plan: Map<number, MacroblockPlan>,
  ): void {
    const place = `${at.x},${at.y}`;
    if (this.#shown.get(place) === character) return;
    this.#shown.set(place, character);
    const rect = { ...at, width: style.cellWidth, height: style.cellHeight };
    restore(this.backdrop, this.#picture, rect);
    stamp(this.#picture, this.#maskOf(character, style), at, colour);
    mark(this.#picture, rect, plan);
  }

  #maskOf(character: string, style: GlyphStyle): Mask {
    const key = `${character}${style.cellWidth}x${style.cellHeight}`;
    const mask = this.#masks.get(key) ?? createGlyphMask(character, style);
    this.#masks.set(key, mask);
    return mask;
  }
}

function discMask(radius: number): Mask {
  const size = Math.ceil(radius + 1) * 2;
  return createMask(size, size, (x, y) => radius + 0.5 - Math.hypot(x - size / 2, y - size / 2));
}

function lightMask(radius: number): Mask {
  const size = Math.ceil(radius * 1.1) * 2;
  return createMask(size, size, (x, y) => {
    const distance = Math.hypot(x - size / 2, y - size / 2) / radius;
    return distance >= 1 ? 0 : 0.75 * (1 - distance * distance) ** 1.5;
  });
}

function fill(picture: Picture, rect: Rect, colour: Colour): void {
  fillPlane(picture.y, rect, colour.y);
  const half = { x: rect.x / 2, y: rect.y / 2, width: rect.width / 2, height: rect.height / 2 };
  fillPlane(picture.u, half, colour.u);
  fillPlane(picture.v, half, colour.v);
}

function fillPlane(plane: Plane, rect: Rect, level: number): void {
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    plane.data.fill(Math.round(level), y * plane.stride + rect.x, y * plane.stride + rect.x + rect.width);
  }
}

function restore(from: Picture, to: Picture, rect: Rect): void {
  restorePlane(from.y, to.y, rect);
  const half = { x: rect.x / 2, y: rect.y / 2, width: rect.width / 2, height: rect.height / 2 };
  restorePlane(from.u, to.u, half);
  restorePlane(from.v, to.v, half);
}

function restorePlane(from: Plane, to: Plane, rect: Rect): void {
  const height = to.data.length / to.stride;
  const left = Math.max(0, rect.x);
  const right = Math.min(to.stride, rect.x + rect.width);
  for (let y = Math.max(0, rect.y); y < Math.min(height, rect.y + rect.height); y++) {
    to.data.set(from.data.subarray(y * to.stride + left, y * to.stride + right), y * to.stride + left);
  }
}

/** Plans a refresh of every macroblock that `rect` touches. */
function mark(picture: Picture, rect: Rect, plan: Map<number, MacroblockPlan>): void {
  const right = Math.min(picture.columns - 1, (rect.x + rect.width - 1) >> 4);
  const bottom = Math.min(picture.rows - 1, (rect.y + rect.height - 1) >> 4);
  for (let row = Math.max(0, rect.y >> 4); row <= bottom; row++) {
    for (let column = Math.max(0, rect.x >> 4); column <= right; column++) {
      plan.set(row * picture.columns + column, { type: 'refresh' });
    }
  }
}
