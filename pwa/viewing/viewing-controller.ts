import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ObserveController } from '../state/observe-controller.ts';
import type { LiveSession, LiveState } from './camera.ts';

/** Opens a session while its page is shown and closes it when the page is left. */
export class ViewingController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #state: ObserveController<LiveState>;
  readonly #stream: ObserveController<MediaStream | null>;
  readonly #open: () => LiveSession | null;
  #session: LiveSession | null = null;

  constructor(host: ReactiveControllerHost, open: () => LiveSession | null) {
    this.#host = host;
    this.#open = open;
    host.addController(this);
    this.#state = new ObserveController(host);
    this.#stream = new ObserveController(host);
  }

  get state(): LiveState {
    return this.#state.value ?? { type: 'connecting', step: 'rendezvous' };
  }

  get stream(): MediaStream | null {
    return this.#stream.value;
  }

  hostConnected(): void {
    void this.#host.updateComplete.then(() => this.reopen());
  }

  hostDisconnected(): void {
    this.#use(null);
  }

  /** Closes what is open and opens what the page now names. */
  reopen(): void {
    this.#use(this.#open());
  }

  /** Begins again after the end. */
  retry(): void {
    this.#session?.retry();
  }

  openSnapshots(): RTCDataChannel | null {
    return this.#session?.openSnapshots() ?? null;
  }

  #use(session: LiveSession | null): void {
    this.#session?.close();
    this.#session = session;
    this.#state.observe(session?.state ?? null);
    this.#stream.observe(session?.stream ?? null);
  }
}
