import type { Clock } from '#shared/clock.ts';
import type { PeerReport } from './viewing-peer.ts';

/** Until there is a picture: what covers it should go when it comes. */
const EAGER_POLL_MS = 50;
/** Afterwards: soon enough for the words to change. Reading the statistics costs about a millisecond. */
const POLL_MS = 250;
/** A picture of five frames a second goes on for as long without one. */
const SUSPICIOUS_STALL_MS = 200;
/** As long as a network takes to settle after a change. */
const SUSPICION_MS = 2_000;

export interface FrameWatchOptions {
  readonly clock: Clock;
  readonly read: () => Promise<PeerReport>;
  /** A new frame was decoded since the last look. */
  readonly onFrame: (path: PeerReport['path']) => void;
  /** No new frame for half of `stallMs`: perhaps nothing, perhaps the beginning of a stall. */
  readonly onPause: () => void;
  /** No new frame for `stallMs`; again each time that long goes by. */
  readonly onStall: () => void;
  readonly stallMs: number;
}

/** Looks again and again whether the picture moves; whoever made it stops it. */
export class FrameWatch {
  readonly #options: FrameWatchOptions;
  #frames = 0;
  #sinceMs: number;
  #suspiciousUntilMs = 0;
  #isLooking = false;
  #isPaused = false;
  #cancel: () => void = () => undefined;
  #isStopped = false;
  #stallMs: number;

  constructor(options: FrameWatchOptions) {
    this.#options = options;
    this.#stallMs = options.stallMs;
    this.#sinceMs = options.clock.nowMs();
    this.#schedule();
  }

  /** For a moment, `onStall` is called after a shorter silence than `stallMs`. */
  suspect(): void {
    this.#suspiciousUntilMs = this.#options.clock.nowMs() + SUSPICION_MS;
    if (this.#isLooking) return;
    this.#cancel();
    this.#schedule();
  }

  /** From now on it takes another silence to be a stall; where pictures are seldom, suspicion shortens none. */
  allow(stallMs: number): void {
    this.#stallMs = stallMs;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #schedule(): void {
    if (this.#isStopped) return;
    const waitMs = this.#frames === 0 || this.#isSuspicious ? EAGER_POLL_MS : POLL_MS;
    this.#cancel = this.#options.clock.after(waitMs, () => {
      this.#isLooking = true;
      this.#look()
        .catch(() => undefined) // A closed connection has no statistics; it is noticed elsewhere.
        .finally(() => {
          this.#isLooking = false;
          this.#schedule();
        });
    });
  }

  get #isSuspicious(): boolean {
    return this.#options.clock.nowMs() < this.#suspiciousUntilMs;
  }

  async #look(): Promise<void> {
    const { clock, read, onFrame, onStall } = this.#options;
    const mayHurry = this.#stallMs <= this.#options.stallMs;
    const stallMs = this.#isSuspicious && mayHurry ? SUSPICIOUS_STALL_MS : this.#stallMs;
    const { framesDecoded, path, isResting } = await read();
    if (this.#isStopped) return;
    if (isResting) {
      // None is expected; that the path is gone is noticed elsewhere.
      this.#sinceMs = clock.nowMs();
      return;
    }
    const isNew = framesDecoded !== this.#frames;
    this.#frames = framesDecoded;
    const silenceMs = clock.nowMs() - this.#sinceMs;
    if (isNew) this.#isPaused = false;
    else if (silenceMs >= stallMs / 2) this.#pause();
    if (!isNew && silenceMs < stallMs) return;
    this.#sinceMs = clock.nowMs();
    if (isNew) onFrame(path);
    else onStall();
  }

  #pause(): void {
    if (this.#isPaused || this.#frames === 0) return;
    this.#isPaused = true;
    this.#options.onPause();
  }
}
