import type { AccessUnit, CaptureFormat } from '../capture.ts';
import { BitBudget } from './bit-budget.ts';
import { FilmGrain } from './film-grain.ts';
import { PictureEncoder } from './h264/picture-encoder.ts';
import { Scene } from './scene/scene.ts';

/** The scene in one size, as one encoder sees it; each begins with a keyframe. */
export class Studio {
  readonly format: CaptureFormat;
  readonly #budget: BitBudget;
  readonly #encoder: PictureEncoder;
  readonly #scene: Scene;
  readonly #grain: FilmGrain;
  #keyframeWanted = true;
  #lastAtMs: number | null = null;

  /** `bitrateBps` is bits a second. */
  constructor(format: CaptureFormat, bitrateBps: number) {
    this.format = format;
    this.#budget = new BitBudget(bitrateBps);
    this.#encoder = new PictureEncoder(format);
    this.#scene = new Scene(format, this.#encoder.target);
    this.#grain = new FilmGrain(this.#encoder.target, this.#scene.backdrop);
    this.#grain.reserve(this.#scene.reserved());
  }

  /** Takes effect with the next picture. */
  set bitrateBps(value: number) {
    this.#budget.bitrateBps = value;
  }

  /** The next picture is to be an IDR picture. */
  wantKeyframe(): void {
    this.#keyframeWanted = true;
  }

  /** The scene at a moment, whole milliseconds since the Unix epoch, within the bitrate. */
  shoot(capturedAtMs: number): Omit<AccessUnit, 'rendition'> {
    const isKeyframe = this.#keyframeWanted;
    this.#keyframeWanted = false;
    const plan = this.#scene.paint(capturedAtMs);
    const elapsedMs = this.#lastAtMs === null ? 1000 / this.format.frameRate : capturedAtMs - this.#lastAtMs;
    const room = this.#budget.earn(elapsedMs);
    this.#lastAtMs = capturedAtMs;
    if (isKeyframe) this.#grain.clear();
    const grained = isKeyframe ? 0 : this.#grain.sprinkle(plan, room);
    const qp = isKeyframe ? this.#budget.keyframeQp : this.#budget.qp;
    const nalUnits = this.#encoder.encode({ isKeyframe, qp, plan });
    const bytes = nalUnits.reduce((sum, nalUnit) => sum + nalUnit.length, 0);
    this.#budget.spend(bytes * 8, grained, isKeyframe, this.format.frameRate);
    return { nalUnits, isKeyframe, capturedAtMs };
  }

  /** One IDR picture by this quantiser, whatever it takes; the stream does not go on from it. */
  still(atMs: number, qp: number): Uint8Array[] {
    return this.#encoder.encode({ isKeyframe: true, qp, plan: this.#scene.paint(atMs) });
  }
}
