import type { CaptureFormat } from '../capture/capture.ts';

/** A size and rate that a bitrate is enough for. */
interface Step {
  readonly format: CaptureFormat;
  /** Bits a second. */
  readonly minBps: number;
}

/** Shares of the full width and height, and of the full rate, from the best on. */
const STEPS = [
  { scale: 1, rate: 1 },
  { scale: 0.75, rate: 1 },
  { scale: 0.5, rate: 1 },
  { scale: 0.5, rate: 0.5 },
] as const;
/** Fewer bits a pixel than this look worse than fewer pixels: 600 kbit/s for 1280x720 at 30. */
const MIN_BITS_A_PIXEL = 0.0217;
/** Each change costs a keyframe: smaller when a low bitrate lasts, and larger again with some to spare. */
const DOWN_AFTER_MS = 2_000;
const UP_AFTER_MS = 3_000;
const UP_MARGIN = 1.3;

/** Has the size and rate of the picture follow the bitrate. */
export class FormatLadder {
  readonly #steps: readonly Step[];
  #step = 0;
  #otherSinceMs: number | null = null;

  /** `full` is what the owner asked for: the picture never gets larger. */
  constructor(full: CaptureFormat) {
    this.#steps = STEPS.map(({ scale, rate }) => stepOf(full, scale, rate));
  }

  /** Takes the bitrate, bits a second; the new format when it changes, otherwise null. */
  update(bitrateBps: number, nowMs: number): CaptureFormat | null {
    const wanted = this.#stepFor(bitrateBps);
    if (wanted === this.#step) {
      this.#otherSinceMs = null;
      return null;
    }
    this.#otherSinceMs ??= nowMs;
    const waitMs = wanted > this.#step ? DOWN_AFTER_MS : UP_AFTER_MS;
    if (nowMs - this.#otherSinceMs < waitMs) return null;
    this.#step = wanted;
    this.#otherSinceMs = null;
    return this.#steps[wanted]?.format ?? null;
  }

  /** The best step that the bitrate is enough for; with a margin for those above the present one. */
  #stepFor(bitrateBps: number): number {
    const found = this.#steps.findIndex(
      ({ minBps }, index) => bitrateBps >= minBps * (index < this.#step ? UP_MARGIN : 1),
    );
    return found < 0 ? this.#steps.length - 1 : found;
  }
}

function stepOf(full: CaptureFormat, scale: number, rate: number): Step {
  const format = {
    width: toEven(full.width * scale),
    height: toEven(full.height * scale),
    frameRate: Math.max(1, Math.round(full.frameRate * rate)),
  };
  return { format, minBps: format.width * format.height * format.frameRate * MIN_BITS_A_PIXEL };
}

function toEven(pixels: number): number {
  return Math.round(pixels / 2) * 2;
}
