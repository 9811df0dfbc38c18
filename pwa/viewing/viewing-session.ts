import { backoffMs } from '#shared/backoff.ts';
import { type Observable, Subject } from '../state/observable.ts';
import { Attempts, type AttemptsOptions } from './attempts.ts';
import type { LiveSession, LiveState } from './camera.ts';
import type { PageVisibility } from './page-visibility.ts';
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
/** How long a broker may take to answer before it is dialled anew, while the picture hesitates. */
const PROBE_MS = 700;
const BACKOFF = { baseMs: 500, capMs: 8_000 };

export interface ViewingSessionOptions extends AttemptsOptions {
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
  readonly #attempts: Attempts;
  #state: ViewingState = INITIAL;
  #cancelTimer: () => void = () => undefined;
  #isClosed = false;

  constructor(options: ViewingSessionOptions) {
    const { link, visibility, clock } = options;
    this.#options = options;
    this.#attempts = new Attempts(options, {
      on: (event) => this.#on(event),
      onStream: (stream, isPlaying) => this.#showStream(stream, isPlaying),
      onUnanswered: () => this.#try(() => this.#attempts.challenge()),
      // The broker may be out of reach as well: asked as soon as the picture hesitates, this is known when an offer is due.
      onPause: () => this.#probe(),
      onStall: () => this.#onStall(),
    });
    this.#stops.push(
      link.rendezvous.onStateChange(() => this.#hearSign()),
      link.onNonce(() => this.#hearSign()),
      link.onSilence(() => this.#on({ type: 'camera_silent' })),
      link.ending.subscribe(() => this.#moveTo(this.#state)),
      visibility.onChange((isVisible) => isVisible && this.#resume()),
      visibility.onLeave(() => this.#attempts.end()),
      clock.every(PING_MS, () => this.#attempts.ping()),
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

  openSnapshots(): RTCDataChannel | null {
    return this.#attempts.openSnapshots();
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
    this.#attempts.end();
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
        if (before.type === 'waiting') this.#limitTry();
        else if (before.type !== 'connecting' || state.attempt !== before.attempt) this.#begin();
        break;
      case 'live':
      case 'waiting':
        this.#cancelTimer();
        break;
      case 'recovering':
        this.#recover(state.attempt);
        break;
      case 'ended':
        this.#cancelTimer();
        this.#attempts.end();
        break;
      default:
        state satisfies never;
    }
  }

  /** A new peer connection and its offer. */
  #begin(): void {
    this.#try(() => this.#attempts.begin());
  }

  /** Another one beside the one whose picture stands still: the first at once, the others spaced out. */
  #recover(attempt: number): void {
    const { clock, random } = this.#options;
    const challenge = () => this.#try(() => this.#attempts.challenge());
    this.#cancelTimer();
    if (attempt > 0) {
      this.#cancelTimer = clock.after(backoffMs(attempt, { ...BACKOFF, random }), challenge);
      return;
    }
    challenge();
  }

  /** What comes of it is heard as a change of state. */
  #probe(): void {
    this.#options.link.rendezvous.probe(PROBE_MS).catch(() => undefined);
  }

  #try(create: () => void): void {
    this.#limitTry();
    try {
      create();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.#on({ type: 'unsupported' });
    }
    this.#signal();
  }

  #limitTry(): void {
    const { clock, visibility } = this.#options;
    this.#cancelTimer();
    this.#cancelTimer = clock.after(TRY_MS, () => {
      // While nobody looks it rests; the next try begins when somebody does.
      if (visibility.isVisible) this.#on({ type: 'failed', blame: this.#blame() });
      else this.#attempts.end();
    });
  }

  #blame(): 'camera_offline' | 'rendezvous_offline' {
    return this.#options.link.rendezvous.state === 'online' ? 'camera_offline' : 'rendezvous_offline';
  }

  /** The rendezvous goes or comes, or the camera has a new nonce: whatever happened there may have cut the path as well. */
  #hearSign(): void {
    this.#attempts.suspect();
    this.#signal();
  }

  /** Offers can go out, or again if they were lost. */
  #signal(): void {
    const { rendezvous, nonce } = this.#options.link;
    if (rendezvous.state !== 'online') return;
    if (nonce !== null) this.#attempts.offer();
    this.#on({ type: 'rendezvous_online' });
  }

  #resume(): void {
    if (this.#state.type === 'ended' || this.#attempts.isConnected) return;
    const hadPath = this.#state.type === 'live' || this.#state.type === 'waiting';
    if (hadPath) this.#on({ type: 'lost', reason: 'resumed' });
    else if (this.#attempts.areOver) this.#begin();
  }

  #onStall(): void {
    // A hidden page is given few frames, and nobody misses them.
    if (this.#options.visibility.isVisible) this.#on({ type: 'lost', reason: 'no_frames' });
  }

  /** The last frame of the old stream stays until the new one has something to show. */
  #showStream(stream: MediaStream, isPlaying: boolean): void {
    if (isPlaying || this.#stream.value === null) this.#stream.set(stream);
  }
}
