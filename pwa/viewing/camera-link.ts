import type { Clock } from '#shared/clock.ts';
import type { DownMessage } from '#shared/down-message.ts';
import type { MessageBody } from '#shared/message.ts';
import type { IceServer } from '#shared/message-fields.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import { RendezvousError } from '#shared/rendezvous-error.ts';
import type { UpMessage } from '#shared/up-message.ts';
import { Conversation } from '../channel/conversation.ts';
import type { PhoneIdentity } from '../identity/key-store.ts';
import { type Observable, Subject } from '../state/observable.ts';
import type { CameraRecord } from '../storage/camera-record.ts';
import type { PageVisibility } from './page-visibility.ts';

/** Whether the camera answers; `checking` until that is known. */
export type Presence = 'checking' | 'online' | 'offline';

/** A camera on the other side of the world answers within a second. */
const HELLO_TIMEOUT_MS = 3_000;
/** Often enough for a list that somebody looks at. */
const HELLO_PERIOD_MS = 30_000;

export interface CameraLinkOptions {
  readonly camera: CameraRecord;
  readonly identity: PhoneIdentity;
  readonly rendezvous: Rendezvous;
  readonly clock: Clock;
  readonly visibility: PageVisibility;
}

/** What a session hears of its camera. */
export type SessionMessage = Extract<
  DownMessage,
  { type: 'answer' | 'answer-candidate' | 'bye' | 'refused' }
>;

/**
 * This phone's standing channel to one camera: knows whether it is there, its latest nonce and its ICE servers, so
 * that a viewing can begin with the offer. Whoever made it closes it.
 */
export class CameraLink {
  readonly camera: CameraRecord;
  readonly rendezvous: Rendezvous;
  readonly #options: CameraLinkOptions;
  readonly #presence = new Subject<Presence>('checking');
  readonly #iceServers = new Subject<readonly IceServer[]>([]);
  readonly #nonceListeners = new Set<() => void>();
  readonly #listeners = new Set<(message: SessionMessage) => void>();
  readonly #silenceListeners = new Set<() => void>();
  readonly #hellos = new Set<string>();
  readonly #closing = new AbortController();
  readonly #stops: (() => void)[] = [];
  #conversation: Conversation | null = null;
  #nonce: string | null = null;
  #cancelTimeout: (() => void) | null = null;

  constructor(options: CameraLinkOptions) {
    const { camera, rendezvous, clock, visibility } = options;
    this.#options = options;
    this.camera = camera;
    this.rendezvous = rendezvous;
    this.#stops.push(
      rendezvous.onStateChange((state) => state === 'online' && this.check()),
      visibility.onChange((isVisible) => isVisible && this.check()),
      clock.every(HELLO_PERIOD_MS, () => visibility.isVisible && this.check()),
    );
    this.#awaitSign();
    this.#open().catch((error: unknown) => this.#onOpenFailed(error));
  }

  get presence(): Observable<Presence> {
    return this.#presence;
  }

  /** The latest that the camera gave. */
  get iceServers(): Observable<readonly IceServer[]> {
    return this.#iceServers;
  }

  /** What a request must carry; null until the camera's presence is known. */
  get nonce(): string | null {
    return this.#nonce;
  }

  /** Told when the camera announces another nonce: it may have restarted. The returned function stops that. */
  onNonce(listener: () => void): () => void {
    this.#nonceListeners.add(listener);
    return () => this.#nonceListeners.delete(listener);
  }

  /** Asks the camera for a sign of life, and waits anew; `offline` when none comes in time. */
  check(): void {
    this.#cancelTimeout?.();
    this.#awaitSign();
    this.send({ type: 'hello', body: {} }, (hash) => this.#hellos.add(hash)).catch(() => undefined);
  }

  /** Hears the answers to offers, and farewells; the returned function stops that. */
  onMessage(listener: (message: SessionMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Told each time the camera has left a greeting unanswered; the returned function stops that. */
  onSilence(listener: () => void): () => void {
    this.#silenceListeners.add(listener);
    return () => this.#silenceListeners.delete(listener);
  }

  /**
   * Seals and publishes a message; `onSealed` has its hash before any answer can come.
   * @throws RendezvousError
   */
  async send(message: UpMessage, onSealed: (hash: string) => void = () => undefined): Promise<void> {
    const conversation = this.#conversation;
    if (conversation === null) throw new RendezvousError('offline', 'the channel is not open');
    const sealed = await conversation.seal(message);
    onSealed(sealed.hash);
    await conversation.publish(sealed);
  }

  /** Takes over the nonce of a refusal; whoever was refused asks again by himself, so nobody is told. */
  renewNonce(nonce: string): void {
    this.#nonce = nonce;
  }

  /** Listens no more; idempotent. */
  close(): void {
    this.#closing.abort();
    for (const stop of this.#stops.splice(0)) stop();
    this.#cancelTimeout?.();
    this.#listeners.clear();
    this.#silenceListeners.clear();
    this.#nonceListeners.clear();
    this.#conversation?.close();
    this.#conversation = null;
  }

  async #open(): Promise<void> {
    const { camera, identity, rendezvous, clock } = this.#options;
    const { signal } = this.#closing;
    const conversation = await Conversation.open(
      {
        ...{ rendezvous, identity, clock, secret: camera.psk, camera: camera.camera },
        sender: { type: 'known', jwk: camera.cameraJwk },
        onMessage: ({ message }, { isRetained }) => this.#receive(message, isRetained),
      },
      { signal },
    );
    if (signal.aborted) return conversation.close();
    this.#conversation = conversation;
    this.check();
  }

  #onOpenFailed(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    if (!(error instanceof RendezvousError)) throw error;
    this.#presence.set('offline');
  }

  #receive(message: DownMessage, isRetained: boolean): void {
    switch (message.type) {
      case 'presence':
        this.#takePresence(message.body, isRetained);
        return;
      case 'answer':
      case 'answer-candidate':
      case 'bye':
      case 'refused':
        for (const listener of [...this.#listeners]) listener(message);
        return;
      default:
        return; // Nothing else belongs on a grant's way down.
    }
  }

  /** A broker may repeat an old presence, so only the answer to our own greeting proves that the camera is there. */
  #takePresence(body: MessageBody<'presence'>, isRetained: boolean): void {
    const { state, nonce, ice_servers: iceServers, rq } = body;
    const isAnswer = rq !== undefined && this.#hellos.has(rq);
    if (rq !== undefined && !isAnswer) return;
    const isNew = nonce !== this.#nonce;
    this.#nonce = nonce;
    if (JSON.stringify(iceServers) !== JSON.stringify(this.#iceServers.value))
      this.#iceServers.set(iceServers);
    if (isNew) for (const listener of [...this.#nonceListeners]) listener();
    if (isAnswer) {
      this.#settle(state);
      return;
    }
    const isNews = (state === 'offline') !== (this.#presence.value === 'offline');
    // The greeting under way may have been sent before the camera came back to its rendezvous, and be lost.
    const hasComeBack = !isRetained && this.#presence.value === 'checking';
    if (state === 'offline') this.#presence.set('offline');
    // Whatever the broker hands out is verified by a greeting.
    if ((isNews || hasComeBack) && this.#conversation !== null) this.check();
  }

  #settle(presence: Presence): void {
    this.#hellos.clear();
    this.#cancelTimeout?.();
    this.#cancelTimeout = null;
    this.#presence.set(presence);
  }

  #awaitSign(): void {
    this.#cancelTimeout = this.#options.clock.after(HELLO_TIMEOUT_MS, () => {
      this.#settle('offline');
      for (const listener of [...this.#silenceListeners]) listener();
    });
  }
}
