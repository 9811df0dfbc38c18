import type { Picture, Plane } from './h264/picture.ts';
import type { MacroblockPlan } from './h264/picture-encoder.ts';

/** Grain adds up to this many levels either way: seen as texture, not as noise. */
const STRENGTH = 2;
const TRIES = 8;

/** Re-grains `count` macroblocks of the still picture: what a bitrate buys beyond the scene itself. */
export class FilmGrain {
  readonly #picture: Picture;
  readonly #backdrop: Picture;
  /** Macroblocks that something else draws in, and the digits that copies are taken from. */
  readonly #reserved = new Set<number>();

  constructor(picture: Picture, backdrop: Picture) {
    this.#picture = picture;
    this.#backdrop = backdrop;
  }

  /** Adds up to `count` macroblocks of grain to `plan`. @returns how many were added. */
  sprinkle(plan: Map<number, MacroblockPlan>, count: number): number {
    let added = 0;
    for (let index = 0; index < count; index++) {
      const address = this.#pick(plan);
      if (address === null) continue;
      this.#grain(address);
      plan.set(address, { type: 'pcm' });
      added++;
    }
    return added;
  }

  /** Keeps grain out of these macroblocks. */
  reserve(addresses: Iterable<number>): void {
    for (const address of addresses) this.#reserved.add(address);
  }

  #pick(plan: ReadonlyMap<number, MacroblockPlan>): number | null {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const address = Math.floor(Math.random() * this.#picture.columns * this.#picture.rows);
      if (!plan.has(address) && !this.#reserved.has(address)) return address;
    }
    return null;
  }

  #grain(address: number): void {
    const column = address % this.#picture.columns;
    const row = Math.floor(address / this.#picture.columns);
    speckle(this.#backdrop.y, this.#picture.y, column * 16, row * 16);
  }
}

function speckle(from: Plane, to: Plane, left: number, top: number): void {
  for (let y = top; y < top + 16; y++) {
    for (let at = y * to.stride + left; at < y * to.stride + left + 16; at++) {
      const noise = (Math.random() + Math.random() - 1) * (STRENGTH + 0.5);
      to.data[at] = Math.max(16, Math.min(235, (from.data[at] ?? 16) + Math.round(noise)));
    }
  }
}
