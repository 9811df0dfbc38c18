import { createNormal, createRandom } from './random.ts';

/** How an encoder behaves. */
export interface EncoderModel {
  readonly frameRate: number;
  /** Deviation of the logarithm of a picture's size. */
  readonly noise: number;
  /** A keyframe is so many times as large as another picture. */
  readonly keyframeFactor: number;
  /** After a cut by a quarter or more, it stays below what it may spend, as x264 does: to this share, for so long. */
  readonly undershoot: { readonly share: number; readonly forMs: number };
  readonly maxBps: number;
  /** Whether it leaves out pictures when it is told so. */
  readonly canSkip: boolean;
  readonly seed?: number;
}

/** Like the test picture: what it is told, from the next picture on. */
export const EXACT_ENCODER: EncoderModel = {
  frameRate: 30,
  noise: 0.1,
  keyframeFactor: 3,
  undershoot: { share: 1, forMs: 0 },
  maxBps: 8_000_000,
  canSkip: true,
};

/** Like x264 with a short rate buffer. */
export const X264_ENCODER: EncoderModel = {
  frameRate: 30,
  noise: 0.25,
  keyframeFactor: 5,
  undershoot: { share: 0.8, forMs: 3_500 },
  maxBps: 8_000_000,
  canSkip: true,
};

/** Makes pictures of about the size it may. */
export class SimulatedEncoder {
  readonly #model: EncoderModel;
  readonly #normal: () => number;
  #bitrateBps = 0;
  #cutAtMs = Number.NEGATIVE_INFINITY;
  #carryBits = 0;

  constructor(model: EncoderModel) {
    this.#model = model;
    this.#normal = createNormal(createRandom(model.seed ?? 7));
  }

  setBitrate(bitrateBps: number, nowMs: number): void {
    if (bitrateBps < this.#bitrateBps * 0.75) this.#cutAtMs = nowMs;
    this.#bitrateBps = Math.min(this.#model.maxBps, bitrateBps);
  }

  /** The size of the next picture, bytes. */
  encode(isKeyframe: boolean, nowMs: number): number {
    const { frameRate, noise, keyframeFactor, undershoot } = this.#model;
    const share = nowMs - this.#cutAtMs < undershoot.forMs ? undershoot.share : 1;
    const budget = (this.#bitrateBps * share) / frameRate;
    if (isKeyframe) {
      this.#carryBits -= budget * (keyframeFactor - 1);
      return Math.ceil((budget * keyframeFactor) / 8);
    }
    // What was spent too much is saved again over the next pictures, as rate control does.
    const correction = Math.max(-0.3, Math.min(0.3, this.#carryBits / (budget * 10)));
    const size = budget * Math.exp(this.#normal() * noise - (noise * noise) / 2) * (1 + correction);
    this.#carryBits += budget - size;
    this.#carryBits = Math.max(-budget * 10, Math.min(budget * 10, this.#carryBits));
    return Math.ceil(Math.max(size / 8, 100));
  }
}
