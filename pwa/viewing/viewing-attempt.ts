import type { Clock } from '#shared/clock.ts';
import type { ControlMessage } from '#shared/control-message.ts';
import { RendezvousError } from '#shared/rendezvous-error.ts';
import type { Farewell } from '#shared/verdicts.ts';
import type { CameraLink } from './camera-link.ts';
import { FrameWatch } from './frame-watch.ts';
import { Signalling } from './signalling.ts';
import type { ViewingPeer } from './viewing-peer.ts';
import type { ViewingEvent } from './viewing-state.ts';

/** A picture has frames far more often: after this long people notice that it stands still. */
const STALL_MS = 800;
/** Where the path carries but a picture in three seconds, two may be late. */
const SELDOM_STALL_MS = 8_000;
/** An answer takes a round trip or two; offer or answer may be lost with a connection that nobody knew was dead. */
const OFFER_AGAIN_MS = 600;

export interface AttemptOptions {
  readonly link: CameraLink;
  readonly clock: Clock;
  /** @throws DOMException where there can be no peer connection. */
  readonly createPeer: () => ViewingPeer;
}

/**
 * A camera to whom the picture was asked for over the connection answers after a round trip; one that does not may not be
 * there any more.
 */
const PLAY_LIMIT_MS = 600;

/** What is heard of a peer connection. */
export interface AttemptListener {
  on(event: ViewingEvent): void;
  /** `isPlaying` once frames of it are decoded. */
  onStream(stream: MediaStream, isPlaying: boolean): void;
  /** Nobody has answered when the picture was asked for over a connection made before. */
  onUnanswered(): void;
  /** No new frame for a moment. */
  onPause(): void;
  /** No new frame for longer than a picture may pause. */
  onStall(): void;
}

/** One peer connection of a session, or of one to come, with its signalling and the watch over its frames. */
export class ViewingAttempt {
  readonly #peer: ViewingPeer;
  readonly #link: CameraLink;
  readonly #signalling: Signalling;
  readonly #removeWay: () => void;
  readonly #clock: Clock;
  #listener: AttemptListener;
  #isStandby: boolean;
  /** Its picture was asked for, and has not been seen yet. */
  #isJustTaken = false;
  /** Null while no frame is expected. */
  #watch: FrameWatch | null = null;
  #stream: MediaStream | null = null;
  #isClosed = false;
  #isOffered = false;
  #isSeldom = false;
  #stopOffering: () => void = () => undefined;
  #stopExpecting: () => void = () => undefined;

  /** With `isStandby` it connects, and wants no picture before it is told to {@link play}. */
  constructor({ link, clock, createPeer }: AttemptOptions, listener: AttemptListener, isStandby = false) {
    const peer = createPeer();
    this.#peer = peer;
    this.#link = link;
    this.#listener = listener;
    this.#clock = clock;
    this.#isStandby = isStandby;
    this.#signalling = new Signalling(link, peer.sid, {
      onAnswer: (sdp) => this.#applyAnswer(sdp),
      onCandidate: (candidate) => this.#guard(peer.addCandidate(candidate)),
      onRefused: (code) => this.#listener.on({ type: 'refused', code }),
      onBye: (reason) => this.#onBye(reason),
    });
    peer.listen({
      onConnectionState: (state) => this.#onConnectionState(state),
      onStream: (stream) => this.#showStream(stream),
      onCandidate: (candidate) => ignoreOffline(this.#signalling.sendCandidate(candidate)),
      onControl: (message) => this.#hear(message),
    });
    this.#removeWay = link.addWay((envelope) => peer.sendEnvelope(envelope));
    if (!isStandby) this.#startWatch();
  }

  /** Whether media can flow at this moment. */
  get isConnected(): boolean {
    return this.#peer.connectionState === 'connected';
  }

  /** Sends the offer, or sends it again while nobody has answered. */
  offer(): void {
    if (this.#isOffered) this.#offerAgain();
    else this.#guard(this.#makeOffer());
  }

  /** Asks for the picture of a connection that was made, or begun, without one; `listener` is told from now on. */
  play(listener: AttemptListener): void {
    this.#listener = listener;
    this.#isStandby = false;
    this.#isJustTaken = true;
    this.#startWatch();
    if (this.#stream !== null) listener.onStream(this.#stream, false);
    if (this.#peer.play()) {
      listener.on({ type: 'connected' });
      this.#peer.ping();
      this.#stopExpecting = this.#clock.after(PLAY_LIMIT_MS, () => listener.onUnanswered());
      return;
    }
    const sdp = this.#peer.takeOffer();
    if (sdp !== null) ignoreOffline(this.#signalling.play(sdp));
  }

  /** Something has happened that may have cut the path: for a moment a shorter silence is a stall. */
  suspect(): void {
    this.#watch?.suspect();
  }

  /** As of its peer. */
  openSnapshots(): RTCDataChannel | null {
    return this.#peer.openSnapshots();
  }

  /** Tells the camera that somebody still watches. */
  ping(): void {
    this.#peer.ping();
  }

  /** Says goodbye and ends; idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopOffering();
    this.#stopExpecting();
    this.#watch?.stop();
    if (this.#isOffered) ignoreOffline(this.#signalling.leave());
    this.#removeWay();
    this.#signalling.close();
    this.#peer.close();
  }

  async #makeOffer(): Promise<void> {
    this.#isOffered = true;
    if (!this.#peer.isAwaitingAnswer) await this.#peer.prepare(this.#link.iceServers.value);
    const sdp = this.#isClosed ? null : this.#peer.takeOffer();
    if (sdp === null) return;
    ignoreOffline(this.#signalling.offer(sdp, { isStandby: this.#isStandby }));
    this.#stopOffering = this.#clock.every(OFFER_AGAIN_MS, () => this.#offerAgain());
  }

  /** With all candidates found by now, as those that were sent one by one may be lost too. */
  #offerAgain(): void {
    const isReachable = this.#link.rendezvous.state === 'online';
    const sdp = isReachable && this.#peer.isAwaitingAnswer ? this.#peer.takeOffer() : null;
    if (sdp !== null) ignoreOffline(this.#signalling.offerAgain(sdp));
  }

  #applyAnswer(sdp: string): void {
    this.#stopOffering();
    this.#guard(
      this.#peer.applyAnswer(sdp).then(() => {
        if (!this.#isClosed) this.#listener.on({ type: 'answered' });
      }),
    );
  }

  #onConnectionState(state: RTCPeerConnectionState): void {
    if (state === 'connected') this.#listener.on({ type: 'connected' });
    if (state === 'disconnected') this.#listener.on({ type: 'lost', reason: 'path_lost' });
    if (state === 'failed') this.#listener.on({ type: 'path_failed' });
  }

  #startWatch(): void {
    this.#watch = new FrameWatch({
      ...{ clock: this.#clock, stallMs: STALL_MS },
      read: () => this.#peer.report(),
      onFrame: (path) => this.#onFrame(path),
      onPause: () => this.#listener.onPause(),
      onStall: () => this.#listener.onStall(),
    });
  }

  #hear(message: ControlMessage): void {
    this.#stopExpecting();
    if (message.type === 'bye') this.#onBye(message.reason);
    if (message.type === 'refused' || message.type === 'picture-state') this.#listener.on(message);
    if (message.type === 'picture-pace') this.#setPace(message.seldom);
    if (message.type === 'envelope') this.#link.receive(message.envelope);
  }

  #setPace(isSeldom: boolean): void {
    this.#isSeldom = isSeldom;
    this.#watch?.allow(isSeldom ? SELDOM_STALL_MS : STALL_MS);
  }

  /** A connection that made way for another just as it was taken says nothing about the picture. */
  #onBye(reason: Farewell): void {
    const isCrossed = this.#isJustTaken && reason === 'replaced';
    this.#listener.on(isCrossed ? { type: 'failed', blame: 'camera_offline' } : { type: 'bye', reason });
  }

  #showStream(stream: MediaStream): void {
    this.#stream = stream;
    this.#listener.onStream(stream, false);
  }

  #onFrame(path: 'direct' | 'relayed'): void {
    this.#stopExpecting();
    this.#isJustTaken = false;
    if (this.#stream !== null) this.#listener.onStream(this.#stream, true);
    this.#listener.on({ type: 'frame', path, isSeldom: this.#isSeldom });
  }

  /** An answer that cannot be, or a connection that the browser gave up: this try has failed. */
  #guard(operation: Promise<void>): void {
    operation.catch(() => {
      if (!this.#isClosed) this.#listener.on({ type: 'failed', blame: 'camera_offline' });
    });
  }
}

/** An offer goes out again when the rendezvous is back; a lost candidate or goodbye is not missed. */
function ignoreOffline(sending: Promise<void>): void {
  sending.catch((error: unknown) => {
    if (!(error instanceof RendezvousError)) reportError(error);
  });
}
