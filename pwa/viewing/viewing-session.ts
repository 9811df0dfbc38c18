import { backoffMs } from '#shared/backoff.ts';
import { type Observable, Subject } from '../state/observable.ts';
import type { LiveSession, LiveState } from './camera.ts';
import type { PageVisibility } from './page-visibility.ts';
import { type AttemptOptions, ViewingAttempt } from './viewing-attempt.ts';
import {
  INITIAL,
  reduceViewing,
  toLiveState,
  type ViewingEvent,
  type ViewingState,
} from './viewing-state.ts';

/** An answer takes one round trip, a path two or three: whatever takes longer than this does not come. */
const TRY_MS = 8_000;
/** The camera takes a phone for gone after 12 s without one. */
const PING_MS = 2_500;
const BACKOFF = { baseMs: 500, capMs: 8_000 };

export interface ViewingSessionOptions extends AttemptOptions {
  readonly visibility: PageVisibility;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Called once, when the session is over. */
  readonly onClosed: () => void;
}

/** One viewing: keeps the picture coming until it is closed or the camera says no. */
export class ViewingSession implements LiveSession {
  readonly #options: ViewingSessionOptions;
  readonly #live = new Subject<LiveState>(toLiveState(INITIAL));
  readonly #stream = new Subject<MediaStream | null>(null);
  readonly #stops: (() => void)[] = [];
  #state: ViewingState = INITIAL;
  #attempt: ViewingAttempt | null = null;
  #cancelTimer: () => void = () => undefined;
  #isClosed = false;

  constructor(options: ViewingSessionOptions) {
    const { link, visibility, clock } = options;
    this.#options = options;
    this.#stops.push(
      link.rendezvous.onStateChange(() => this.#signal()),
      link.onNonce(() => this.#signal()),
      link.onSilence(() => this.#on({ type: 'camera_silent' })),
      link.ending.subscribe(() => this.#moveTo(this.#state)),
      visibility.onChange((isVisible) => isVisible && this.#resume()),
      visibility.onLeave(() => this.#endAttempt()),
      clock.every(PING_MS, () => this.#attempt?.ping()),
    );
    if (link.presence.value !== 'online') link.check();
    this.#moveTo(INITIAL);
    if (this.#state === INITIAL) this.#begin();
  }

  get state(): Observable<LiveState> {
    return this.#live;
  }

  get stream(): Observable<MediaStream | null> {
    return this.#stream;
  }

  retry(): void {
    if (this.#isClosed || this.#state.type !== 'ended') return;
    this.#options.link.check();
    this.#on({ type: 'retry' });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const stop of this.#stops.splice(0)) stop();
    this.#cancelTimer();
    this.#endAttempt();
    this.#stream.set(null);
    this.#options.onClosed();
  }

  #on(event: ViewingEvent): void {
    if (!this.#isClosed) this.#moveTo(reduceViewing(this.#state, event));
  }

  #moveTo(next: ViewingState): void {
    const before = this.#state;
    const state = this.#boundByGrant(next);
    if (state === before) return;
    this.#state = state;
    this.#live.set(toLiveState(state));
    this.#enter(state, before);
  }

  /** Nothing is tried without a grant; but a picture that still comes says more than what a broker may repeat. */
  #boundByGrant(state: ViewingState): ViewingState {
    const reason = this.#options.link.ending.value;
    return reason === null || state.type === 'live' ? state : reduceViewing(state, { type: 'bye', reason });
  }

  #enter(state: ViewingState, before: ViewingState): void {
    switch (state.type) {
      case 'connecting':
        if (before.type !== 'connecting' || state.attempt !== before.attempt) this.#begin();
        break;
      case 'live':
        this.#cancelTimer();
        break;
      case 'restarting':
        this.#restart();
        break;
      case 'replacing':
        this.#endAttempt();
        this.#beginAfter(state.attempt);
        break;
      case 'ended':
        this.#cancelTimer();
        this.#endAttempt();
        break;
      default:
        state satisfies never;
    }
  }

  /** A new peer connection and its offer. */
  #begin(): void {
    this.#endAttempt();
    this.#limitTry();
    try {
      this.#attempt = new ViewingAttempt(this.#options, {
        on: (event) => this.#on(event),
        onStream: (stream, isPlaying) => this.#showStream(stream, isPlaying),
        onStall: () => this.#onStall(),
      });
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.#on({ type: 'unsupported' });
    }
    this.#signal();
  }

  /** The first new connection at once, the others spaced out. */
  #beginAfter(attempt: number): void {
    const { clock, random } = this.#options;
    this.#cancelTimer();
    if (attempt === 0) this.#begin();
    else this.#cancelTimer = clock.after(backoffMs(attempt, { ...BACKOFF, random }), () => this.#begin());
  }

  #restart(): void {
    this.#limitTry();
    if (this.#attempt === null) this.#begin();
    else this.#attempt.restart();
  }

  #limitTry(): void {
    const { clock, visibility } = this.#options;
    this.#cancelTimer();
    this.#cancelTimer = clock.after(TRY_MS, () => {
      // While nobody looks it rests; the next try begins when somebody does.
      if (visibility.isVisible) this.#on({ type: 'failed', blame: this.#blame() });
      else this.#endAttempt();
    });
  }

  #blame(): 'camera_offline' | 'rendezvous_offline' {
    return this.#options.link.rendezvous.state === 'online' ? 'camera_offline' : 'rendezvous_offline';
  }

  /** The rendezvous is there, or the camera has a new nonce: the offer can go out, or again if it was lost. */
  #signal(): void {
    const { rendezvous, nonce } = this.#options.link;
    if (rendezvous.state !== 'online') return;
    if (nonce !== null) this.#attempt?.offer();
    this.#on({ type: 'rendezvous_online' });
  }

  #resume(): void {
    if (this.#state.type === 'ended' || this.#attempt?.isConnected) return;
    if (this.#state.type === 'live') this.#on({ type: 'lost', reason: 'resumed' });
    else if (this.#attempt === null) this.#begin();
  }

  #onStall(): void {
    // A hidden page is given few frames, and nobody misses them.
    if (this.#options.visibility.isVisible) this.#on({ type: 'lost', reason: 'no_frames' });
  }

  /** The last frame of the old stream stays until the new one has something to show. */
  #showStream(stream: MediaStream, isPlaying: boolean): void {
    if (isPlaying || this.#stream.value === null) this.#stream.set(stream);
  }

  #endAttempt(): void {
    this.#attempt?.close();
    this.#attempt = null;
  }
}
