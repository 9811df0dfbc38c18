import type { Clock } from '#shared/clock.ts';
import type { IceAgent } from './ice-agent.ts';

/** Browsers report ten times a second on what arrives; with nothing to report on, a second and a half may pass (RFC 3550 §6.2). */
const SILENCE_MS = 500;
/** After this long without even that, the viewer was out of reach. */
const AWAY_MS = 1_750;
const LOOK_MS = 100;

export interface PathWatchOptions {
  readonly agent: Pick<IceAgent, 'heard' | 'onData'>;
  readonly clock: Clock;
  /** Nothing has come for a while, which may mean nothing: told once, until something comes. */
  readonly onSilence: () => void;
  /** The viewer was away and is heard again: what was sent meanwhile is lost. */
  readonly onReturn: () => void;
}

/** Notices at once when a viewer falls silent or comes back. Whoever made it closes it. */
export class PathWatch {
  readonly #options: PathWatchOptions;
  readonly #stops: readonly (() => void)[];
  #heard: number;
  #heardAtMs: number;
  #isTold = false;

  constructor(options: PathWatchOptions) {
    const { agent, clock } = options;
    this.#options = options;
    this.#heard = agent.heard;
    this.#heardAtMs = clock.nowMs();
    this.#stops = [clock.every(LOOK_MS, () => this.#look()), agent.onData(() => this.#hear())];
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  #look(): void {
    const { agent, clock, onSilence } = this.#options;
    if (agent.heard !== this.#heard) {
      this.#heard = agent.heard;
      this.#hear();
    } else if (!this.#isTold && clock.nowMs() - this.#heardAtMs >= SILENCE_MS) {
      this.#isTold = true;
      onSilence();
    }
  }

  #hear(): void {
    const nowMs = this.#options.clock.nowMs();
    const wasAway = nowMs - this.#heardAtMs >= AWAY_MS;
    this.#heardAtMs = nowMs;
    this.#isTold = false;
    if (wasAway) this.#options.onReturn();
  }
}
