import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { SoundDesk, SoundView } from '../sound/sound-desk.ts';
import type { MediaPort } from './media-port.ts';

/** Has the switches for sound at hand once the camera says that there is something to switch: their code comes then. */
export class SoundController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #onWords: (words: string) => void;
  #port: MediaPort | null = null;
  #desk: SoundDesk | null = null;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, onWords: (words: string) => void) {
    this.#host = host;
    this.#onWords = onWords;
    host.addController(this);
  }

  /** How things stand; null while there is nothing to switch. */
  get view(): SoundView | null {
    return this.#desk?.view.value ?? null;
  }

  /** Goes on over this connection. */
  follow(port: MediaPort | null): void {
    if (port === this.#port) return;
    this.#port = port;
    if (this.#desk) {
      this.#desk.use(port);
      return;
    }
    this.#stop?.();
    this.#stop = port?.state.subscribe(() => this.#load());
    if (port?.state.value) this.#load();
  }

  /** The viewing is over: nothing of the phone's own stays on. */
  rest(): void {
    this.#desk?.rest();
  }

  hostDisconnected(): void {
    this.#stop?.();
    this.#desk?.close();
    this.#desk = this.#port = null;
  }

  #load(): void {
    import('../sound/sound-desk.ts').then(
      ({ SoundDesk }) => this.#begin(SoundDesk),
      () => undefined, // The page was published anew, or there is no network for it: the picture goes on without.
    );
  }

  #begin(Desk: typeof SoundDesk): void {
    if (this.#desk || !this.#port) return;
    this.#stop?.();
    this.#desk = new Desk({ onWords: this.#onWords });
    this.#stop = this.#desk.view.subscribe(() => this.#host.requestUpdate());
    this.#desk.use(this.#port);
    this.#host.requestUpdate();
  }
}
