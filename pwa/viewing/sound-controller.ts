import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { SoundDesk, SoundView } from '../sound/sound-desk.ts';
import type { MediaPort } from './camera.ts';

/** Has the switches for sound at hand once the camera says that there is something to switch: their code comes then. */
export class SoundController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #onWords: (words: string) => void;
  #port: MediaPort | null = null;
  #desk: SoundDesk | null = null;
  #isLoading = false;
  #isConnected = false;
  #stop: () => void = () => undefined;

  constructor(host: ReactiveControllerHost, onWords: (words: string) => void) {
    this.#host = host;
    this.#onWords = onWords;
    host.addController(this);
  }

  get desk(): SoundDesk | null {
    return this.#desk;
  }

  /** How things stand; null while there is nothing to switch. */
  get view(): SoundView | null {
    const view = this.#desk?.view.value ?? null;
    const hasAny = view && [view.listen, view.talk, view.show].some((way) => way !== 'hidden');
    return hasAny || view?.picture === false ? view : null;
  }

  /** Goes on over this connection. */
  follow(port: MediaPort | null): void {
    if (port === this.#port) return;
    this.#port = port;
    if (this.#desk) {
      this.#desk.use(port);
      return;
    }
    this.#stop();
    if (port?.state.value) void this.#load();
    else this.#stop = port?.state.subscribe(() => void this.#load()) ?? this.#stop;
  }

  hostConnected(): void {
    this.#isConnected = true;
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    this.#stop();
    this.#desk?.close();
    this.#desk = null;
    this.#port = null;
  }

  async #load(): Promise<void> {
    if (this.#isLoading || this.#desk) return;
    this.#isLoading = true;
    try {
      const { SoundDesk } = await import('../sound/sound-desk.ts');
      if (this.#isConnected && !this.#desk) this.#begin(new SoundDesk({ onWords: this.#onWords }));
    } catch {
      // The page was published anew, or there is no network for it: the picture goes on without.
    } finally {
      this.#isLoading = false;
    }
  }

  #begin(desk: SoundDesk): void {
    this.#stop();
    this.#desk = desk;
    this.#stop = desk.view.subscribe(() => this.#host.requestUpdate());
    desk.use(this.#port);
    this.#host.requestUpdate();
  }
}
