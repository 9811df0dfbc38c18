import { type AttemptListener, type AttemptOptions, ViewingAttempt } from './viewing-attempt.ts';
import type { ViewingEvent } from './viewing-state.ts';

export interface AttemptsOptions extends AttemptOptions {
  /** A connection that was made before the picture was wanted; null where there is none. */
  readonly takeStandby?: () => ViewingAttempt | null;
}

/**
 * The peer connections of a session: one, or, while its picture stands still, a rival beside it. The first of the two that
 * shows a frame stays: a path that was only interrupted comes back by itself, and one that is gone is not waited for.
 */
export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #listener: AttemptListener;
  /** Those that the camera has said goodbye to: frames that were on their way mean nothing. */
  readonly #dismissed = new WeakSet<ViewingAttempt>();
  #current: ViewingAttempt | null = null;
  #rival: ViewingAttempt | null = null;

  constructor(options: AttemptsOptions, listener: AttemptListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** Whether there is none at all. */
  get areOver(): boolean {
    return this.#current === null;
  }

  /** Whether media can flow at this moment, as far as the browser knows. */
  get isConnected(): boolean {
    return this.#current?.isConnected ?? false;
  }

  /** Ends what there is and begins anew. @throws DOMException where there can be no peer connection. */
  begin(): void {
    this.end();
    const standby = this.#options.takeStandby?.() ?? null;
    this.#current = standby ?? this.#create();
    standby?.play(this.#listenTo(() => standby));
  }

  /** Sets a new one beside the one there is, in place of an earlier rival. @throws DOMException likewise. */
  challenge(): void {
    if (this.#current === null) {
      this.begin();
      return;
    }
    this.#rival?.close();
    this.#rival = this.#create();
  }

  /** Sends offers that nobody has answered yet. */
  offer(): void {
    this.#current?.offer();
    this.#rival?.offer();
  }

  /** Something has happened that may have cut the path: for a moment a shorter silence counts. */
  suspect(): void {
    this.#current?.suspect();
  }

  /** As of the peer whose picture is shown. */
  openSnapshots(): RTCDataChannel | null {
    return this.#current?.openSnapshots() ?? null;
  }

  /** Tells the camera that somebody still watches. */
  ping(): void {
    this.#current?.ping();
    this.#rival?.ping();
  }

  end(): void {
    this.#current?.close();
    this.#rival?.close();
    this.#current = null;
    this.#rival = null;
  }

  #create(): ViewingAttempt {
    const attempt: ViewingAttempt = new ViewingAttempt(
      this.#options,
      this.#listenTo(() => attempt),
    );
    return attempt;
  }

  #listenTo(attempt: () => ViewingAttempt): AttemptListener {
    return {
      on: (event) => this.#hear(attempt(), event),
      onStream: (stream, isPlaying) => this.#listener.onStream(stream, isPlaying),
      onUnanswered: () => this.#listener.onUnanswered(),
      onPause: () => this.#listener.onPause(),
      onStall: () => this.#listener.onStall(),
    };
  }

  #hear(attempt: ViewingAttempt, event: ViewingEvent): void {
    if (event.type === 'bye') this.#dismissed.add(attempt);
    if (event.type === 'frame') {
      if (this.#dismissed.has(attempt)) return;
      this.#settleOn(attempt);
    }
    // The one with a rival has failed already; the camera's verdict counts whichever it is given to.
    const hasRival = this.#rival !== null && attempt !== this.#rival;
    if (!hasRival || isVerdict(event)) this.#listener.on(event);
  }

  #settleOn(winner: ViewingAttempt): void {
    if (this.#rival === null) return;
    const loser = winner === this.#rival ? this.#current : this.#rival;
    this.#current = winner;
    this.#rival = null;
    loser?.close();
  }
}

/** What is meant for the phone, and not for one peer connection. */
function isVerdict(event: ViewingEvent): boolean {
  if (event.type === 'picture-state') return true;
  return event.type === 'bye' && event.reason !== 'left' && event.reason !== 'shutdown';
}
