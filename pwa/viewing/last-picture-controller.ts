import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Soon enough that a short look is kept. */
const FIRST_MS = 1_500;
const PERIOD_MS = 20_000;

/** Has the picture of its host kept now and then while it is live. */
export class LastPictureController implements ReactiveController {
  readonly #keep: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLive = false;

  constructor(host: ReactiveControllerHost, keep: () => void) {
    this.#keep = keep;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.follow(false);
  }

  /** Says whether there is a picture that is live. */
  follow(isLive: boolean): void {
    if (isLive === this.#isLive) return;
    this.#isLive = isLive;
    clearTimeout(this.#timer);
    if (isLive) this.#wait(FIRST_MS);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#keep();
      this.#wait(PERIOD_MS);
    }, ms);
  }
}
