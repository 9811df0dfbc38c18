import { type Observable, Subject } from '../state/observable.ts';
import type { LiveSession, LiveState } from './camera.ts';

/** A session that was asked for before its camera was known; `null` turns out to be none, and ends as `refused`. */
export class DeferredSession implements LiveSession {
  readonly #state = new Subject<LiveState>({ type: 'connecting', step: 'rendezvous' });
  readonly #stream = new Subject<MediaStream | null>(null);
  readonly #stops: (() => void)[] = [];
  #session: LiveSession | null = null;
  #isClosed = false;

  /** `open` is called once the session is due, and not at all when it was closed before. */
  constructor(open: () => LiveSession | null, due: Promise<void>) {
    due.then(
      () => this.#isClosed || this.#adopt(open()),
      () => this.#adopt(null),
    );
  }

  get state(): Observable<LiveState> {
    return this.#state;
  }

  get stream(): Observable<MediaStream | null> {
    return this.#stream;
  }

  openSnapshots(): RTCDataChannel | null {
    return this.#session?.openSnapshots() ?? null;
  }

  retry(): void {
    this.#session?.retry();
  }

  close(): void {
    this.#isClosed = true;
    for (const stop of this.#stops.splice(0)) stop();
    this.#session?.close();
    this.#stream.set(null);
  }

  #adopt(session: LiveSession | null): void {
    this.#session = session;
    if (session === null) {
      this.#state.set({ type: 'ended', code: 'refused' });
      return;
    }
    this.#state.set(session.state.value);
    this.#stream.set(session.stream.value);
    this.#stops.push(
      session.state.subscribe((state) => this.#state.set(state)),
      session.stream.subscribe((stream) => this.#stream.set(stream)),
    );
  }
}
