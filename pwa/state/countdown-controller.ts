import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Does something once after a while, unless it is stopped or its host leaves the page first. */
export class CountdownController implements ReactiveController {
  readonly #onEnd: () => void;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(host: ReactiveControllerHost, onEnd: () => void) {
    this.#onEnd = onEnd;
    host.addController(this);
  }

  /** Whether its time is running. */
  get isRunning(): boolean {
    return this.#timer !== null;
  }

  /** Starts it, from the beginning when it is already running. */
  start(ms: number): void {
    this.stop();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#onEnd();
    }, ms);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  hostDisconnected(): void {
    this.stop();
  }
}
