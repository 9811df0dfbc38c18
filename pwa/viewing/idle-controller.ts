import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** How long controls stay after the last touch, in ms. */
const idleAfterMs = 3000;

/** Tells whether the user has left the page alone for a while. */
export class IdleController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isIdle = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get isIdle(): boolean {
    return this.#isIdle;
  }

  hostConnected(): void {
    this.wake();
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  /** The user did something: the time starts again. */
  wake(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.sleep(), idleAfterMs);
    this.#set(false);
  }

  /** Takes the time as over. */
  sleep(): void {
    clearTimeout(this.#timer);
    this.#set(true);
  }

  #set(isIdle: boolean): void {
    if (isIdle === this.#isIdle) return;
    this.#isIdle = isIdle;
    this.#host.requestUpdate();
  }
}
