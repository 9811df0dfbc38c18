import type { Rendition } from '../../capture/capture.ts';
import { type CaptureAbilities, ENCODER_ABILITIES } from '../../capture/capture-abilities.ts';
import { type EncoderModel, SimulatedEncoder } from '../../webrtc/congestion/testing/simulated-encoder.ts';
import type { VirtualTime } from '../../webrtc/congestion/testing/virtual-time.ts';
import type { PictureListener, PictureSource } from '../broadcast.ts';

/** How the camera is to be. */
export interface SimulatedSourceOptions {
  readonly model: EncoderModel;
  readonly canMakeLow: boolean;
}

/** As the low format has it. */
const LOW_EVERY = 2;
/** Requests within this are one, as of a shared capture. */
const KEYFRAME_SPACING_MS = 500;
const SLICE = { key: 0x65, other: 0x41 } as const;

/** One of the two encoders, and what is wanted of it. */
interface Line {
  readonly encoder: SimulatedEncoder;
  isKeyframeWanted: boolean;
  keyframeAtMs: number;
}

/** A camera with one encoder or two that makes pictures of no content, in virtual time. */
export class SimulatedSource implements PictureSource {
  readonly abilities: CaptureAbilities;
  readonly #time: VirtualTime;
  readonly #model: EncoderModel;
  readonly #main: Line;
  #low: Line | null = null;
  #listener: PictureListener | null = null;
  #skipUntilMs = 0;
  #moments = 0;

  constructor(time: VirtualTime, { model, canMakeLow }: SimulatedSourceOptions) {
    this.abilities = { ...ENCODER_ABILITIES, description: 'Simulated', canMakeLow };
    this.#time = time;
    this.#model = model;
    this.#main = begin(model);
    time.every(1000 / model.frameRate, () => this.#shoot());
  }

  acquire(listener: PictureListener): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = null;
    };
  }

  setBitrate(bitrateBps: number): void {
    this.#main.encoder.setBitrate(bitrateBps, this.#time.nowMs());
  }

  setLow(bitrateBps: number | null): void {
    if (bitrateBps === null) {
      this.#low = null;
      return;
    }
    this.#low ??= begin({ ...this.#model, frameRate: this.#model.frameRate / LOW_EVERY });
    this.#low.encoder.setBitrate(bitrateBps, this.#time.nowMs());
  }

  requestKeyframe(rendition: Rendition): void {
    const line = rendition === 'main' ? this.#main : this.#low;
    if (line) line.isKeyframeWanted = true;
  }

  skip(forMs: number): void {
    if (this.#model.canSkip) this.#skipUntilMs = this.#time.nowMs() + forMs;
  }

  #shoot(): void {
    if (this.#low && this.#moments++ % LOW_EVERY === 0) this.#encode(this.#low, 'low');
    if (this.#time.nowMs() >= this.#skipUntilMs) this.#encode(this.#main, 'main');
  }

  #encode(line: Line, rendition: Rendition): void {
    const nowMs = this.#time.nowMs();
    const isKeyframe = line.isKeyframeWanted && nowMs - line.keyframeAtMs >= KEYFRAME_SPACING_MS;
    if (isKeyframe) {
      line.isKeyframeWanted = false;
      line.keyframeAtMs = nowMs;
    }
    const slice = new Uint8Array(line.encoder.encode(isKeyframe, nowMs));
    slice[0] = isKeyframe ? SLICE.key : SLICE.other;
    this.#listener?.onAccessUnit({ nalUnits: [slice], isKeyframe, capturedAtMs: nowMs, rendition });
  }
}

/** Both begin with a keyframe. */
function begin(model: EncoderModel): Line {
  return {
    encoder: new SimulatedEncoder(model),
    isKeyframeWanted: true,
    keyframeAtMs: Number.NEGATIVE_INFINITY,
  };
}
