import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Observable } from './observable.ts';

/** Draws its host again whenever the observed value changes; listens only while the host is on the page. */
export class ObserveController<T> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #source: Observable<T> | null = null;
  #stop: (() => void) | null = null;
  #isConnected = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** The latest value, or `null` while nothing is observed. */
  get value(): T | null {
    return this.#source?.value ?? null;
  }

  /** Observes `source` from now on instead of what it observed before. */
  observe(source: Observable<T> | null): void {
    if (source === this.#source) return;
    this.#detach();
    this.#source = source;
    if (this.#isConnected) this.#attach();
  }

  hostConnected(): void {
    this.#isConnected = true;
    this.#attach();
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    this.#detach();
  }

  #attach(): void {
    this.#stop = this.#source?.subscribe(() => this.#host.requestUpdate()) ?? null;
    this.#host.requestUpdate();
  }

  #detach(): void {
    this.#stop?.();
    this.#stop = null;
  }
}
