import type { Clock } from '#shared/clock.ts';

/** Keyframes are large: many viewers who lost packets at once get one between them. */
const KEYFRAME_SPACING_MS = 500;

/** Makes of many requests for a keyframe few: the first at once, those within 500 ms of it as one. */
export class KeyframeRequests {
  readonly #clock: Clock;
  readonly #request: () => void;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, request: () => void) {
    this.#clock = clock;
    this.#request = request;
  }

  ask(): void {
    if (this.#cancel) return;
    const waitMs = this.#lastAtMs + KEYFRAME_SPACING_MS - this.#clock.nowMs();
    if (waitMs <= 0) this.#requestNow();
    else this.#cancel = this.#clock.after(waitMs, () => this.#requestNow());
  }

  /** For a source that begins anew: nothing was asked of it. */
  reset(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#lastAtMs = Number.NEGATIVE_INFINITY;
  }

  #requestNow(): void {
    this.#cancel = null;
    this.#lastAtMs = this.#clock.nowMs();
    this.#request();
  }
}
