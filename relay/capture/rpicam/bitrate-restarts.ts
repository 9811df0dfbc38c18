import type { Clock } from '#shared/clock.ts';

/** A restart costs about a second without a picture, so nearer than this is near enough. */
const TOO_HIGH = 1.35;
const TOO_LOW = 0.6;
/** A path that is too narrow loses pictures until it is obeyed; one that is wider than needed can wait. */
const DOWN_AFTER_MS = 3_000;
const UP_AFTER_MS = 20_000;
/** Whatever the path does, there is mostly a picture. */
const SPACING_MS = 10_000;

/** Decides when another bitrate is worth opening the camera anew. */
export class BitrateRestarts {
  readonly #clock: Clock;
  readonly #restart: (bitrateBps: number) => void;
  #currentBps: number;
  #wantedBps: number;
  #sinceMs: number | null = null;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, bitrateBps: number, restart: (bitrateBps: number) => void) {
    this.#clock = clock;
    this.#restart = restart;
    this.#currentBps = this.#wantedBps = bitrateBps;
  }

  /** Bits a second that the camera is opened with. */
  get currentBps(): number {
    return this.#currentBps;
  }

  want(bitrateBps: number): void {
    this.#wantedBps = bitrateBps;
    this.#consider();
  }

  /** The camera is opened anew for another reason, so what is wanted comes true with it. */
  adopt(): number {
    this.close();
    this.#currentBps = this.#wantedBps;
    this.#lastAtMs = this.#clock.nowMs();
    return this.#currentBps;
  }

  close(): void {
    this.#cancel();
    this.#sinceMs = null;
  }

  #consider(): void {
    this.#cancel();
    const waitMs = this.#waitMs();
    if (waitMs === null) {
      this.#sinceMs = null;
      return;
    }
    const nowMs = this.#clock.nowMs();
    this.#sinceMs ??= nowMs;
    const atMs = Math.max(this.#sinceMs + waitMs, this.#lastAtMs + SPACING_MS);
    if (nowMs >= atMs) this.#restart(this.adopt());
    else this.#cancel = this.#clock.after(atMs - nowMs, () => this.#consider());
  }

  /** How long it must have been wanted; null where what there is will do. */
  #waitMs(): number | null {
    if (this.#currentBps > this.#wantedBps * TOO_HIGH) return DOWN_AFTER_MS;
    return this.#currentBps < this.#wantedBps * TOO_LOW ? UP_AFTER_MS : null;
  }
}
