import type { Clock } from '../state/clock.ts';
import type { PeerReport } from './viewing-peer.ts';

/** Soon enough that nobody waits for the words to change; reading the statistics costs under a millisecond. */
const POLL_MS = 250;

export interface FrameWatchOptions {
  readonly clock: Clock;
  readonly read: () => Promise<PeerReport>;
  /** A new frame was decoded since the last look. */
  readonly onFrame: (path: PeerReport['path']) => void;
  /** No new frame for `stallMs`; again each time that long goes by. */
  readonly onStall: () => void;
  readonly stallMs: number;
}

/** Looks again and again whether the picture moves; whoever made it stops it. */
export class FrameWatch {
  readonly #options: FrameWatchOptions;
  readonly #stopPolling: () => void;
  #frames = 0;
  #sinceMs: number;
  #isReading = false;
  #isStopped = false;

  constructor(options: FrameWatchOptions) {
    this.#options = options;
    this.#sinceMs = options.clock.nowMs();
    this.#stopPolling = options.clock.every(POLL_MS, () => this.#poll());
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopPolling();
  }

  #poll(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#look()
      .catch(() => undefined) // A closed connection has no statistics; it is noticed elsewhere.
      .finally(() => {
        this.#isReading = false;
      });
  }

  async #look(): Promise<void> {
    const { clock, read, onFrame, onStall, stallMs } = this.#options;
    const { framesDecoded, path } = await read();
    if (this.#isStopped) return;
    const isNew = framesDecoded !== this.#frames;
    this.#frames = framesDecoded;
    if (!isNew && clock.nowMs() - this.#sinceMs < stallMs) return;
    this.#sinceMs = clock.nowMs();
    if (isNew) onFrame(path);
    else onStall();
  }
}
