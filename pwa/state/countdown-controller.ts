import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Does something once after a while, unless it is stopped or its host leaves the page first. */
export class CountdownController implements ReactiveController {
  readonly #onEnd: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, onEnd: () => void) {
    this.#onEnd = onEnd;
    host.addController(this);
  }

  /** Starts it, from the beginning when it is already running. */
  start(ms: number): void {
    this.stop();
    this.#timer = setTimeout(this.#onEnd, ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  hostDisconnected(): void {
    this.stop();
  }
}
