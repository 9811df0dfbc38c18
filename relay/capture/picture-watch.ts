import type { Clock } from '#shared/clock.ts';
import { CaptureError, type CaptureTrouble } from './capture-error.ts';

/** No camera pauses for so long; one that does has hung, and opening it anew is all that helps. */
const SILENCE_LIMIT_MS = 8_000;

/** Notices that a source which gave pictures gives none any more, and says nothing of it. */
export class PictureWatch {
  readonly #clock: Clock;
  readonly #trouble: CaptureTrouble;
  readonly #onSilence: (error: CaptureError) => void;
  #expectedByMs = 0;
  #cancel: () => void = () => undefined;

  /** `trouble` is what silence means of this source. */
  constructor(clock: Clock, trouble: CaptureTrouble, onSilence: (error: CaptureError) => void) {
    this.#clock = clock;
    this.#trouble = trouble;
    this.#onSilence = onSilence;
  }

  start(): void {
    this.saw();
    this.#schedule();
  }

  /** A picture came. */
  saw(): void {
    this.#expectedByMs = Math.max(this.#expectedByMs, this.#clock.nowMs() + SILENCE_LIMIT_MS);
  }

  /** No picture is wanted for so long. */
  excuse(forMs: number): void {
    this.#expectedByMs = Math.max(this.#expectedByMs, this.#clock.nowMs() + forMs + SILENCE_LIMIT_MS);
  }

  stop(): void {
    this.#cancel();
  }

  #schedule(): void {
    const waitMs = Math.max(1, this.#expectedByMs - this.#clock.nowMs());
    this.#cancel = this.#clock.after(waitMs, () => this.#look());
  }

  #look(): void {
    if (this.#clock.nowMs() < this.#expectedByMs) {
      this.#schedule();
      return;
    }
    const seconds = SILENCE_LIMIT_MS / 1000;
    const message = `The camera has given no picture for ${seconds} seconds.`;
    this.#onSilence(new CaptureError('failed_to_start', message, { trouble: this.#trouble }));
  }
}
