import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Shows an element on the whole screen; where the browser cannot (iPhone), the picture fills the window instead. */
export class FullScreenController implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  #isFilled = false;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  /** Whether the browser gives pages the whole screen. */
  get isAvailable(): boolean {
    return document.fullscreenEnabled;
  }

  /** Whether the picture is shown larger than at first. */
  get isOn(): boolean {
    return this.#isFilled || document.fullscreenElement !== null;
  }

  /** Whether the picture's edges are cut so that it fills the window. */
  get isFilled(): boolean {
    return this.#isFilled;
  }

  hostConnected(): void {
    document.addEventListener('fullscreenchange', this.#handleChange);
  }

  hostDisconnected(): void {
    document.removeEventListener('fullscreenchange', this.#handleChange);
    if (document.fullscreenElement) void document.exitFullscreen();
  }

  async toggle(): Promise<void> {
    if (document.fullscreenElement) return document.exitFullscreen();
    if (!this.isAvailable) return this.#fill();
    try {
      await this.#host.requestFullscreen();
    } catch {
      this.#fill(); // The browser said no this time: the next best thing.
    }
  }

  #fill(): void {
    this.#isFilled = !this.#isFilled;
    this.#host.requestUpdate();
  }

  readonly #handleChange = (): void => this.#host.requestUpdate();
}
