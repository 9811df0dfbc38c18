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
  readonly #grained = new Set<number>();

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
      this.#visit(address, STRENGTH);
      this.#grained.add(address);
      plan.set(address, { type: 'pcm' });
      added++;
    }
    return added;
  }

  /** Takes all grain out of the picture: in a keyframe it would cost most and show least. */
  clear(): void {
    for (const address of this.#grained) this.#visit(address, 0);
    this.#grained.clear();
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

  /** Puts the backdrop there, with grain of the given strength. */
  #visit(address: number, strength: number): void {
    const column = address % this.#picture.columns;
    const row = Math.floor(address / this.#picture.columns);
    speckle(this.#backdrop.y, this.#picture.y, { left: column * 16, top: row * 16, strength });
  }
}

function speckle(from: Plane, to: Plane, at: { left: number; top: number; strength: number }): void {
  for (let y = at.top; y < at.top + 16; y++) {
    const start = y * to.stride + at.left;
    for (let index = start; index < start + 16; index++) {
      const noise =
        at.strength === 0 ? 0 : Math.round((Math.random() + Math.random() - 1) * (at.strength + 0.5));
      to.data[index] = Math.max(16, Math.min(235, (from.data[index] ?? 16) + noise));
    }
  }
}
