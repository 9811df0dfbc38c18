import { encodeUtf8, parseUtf8 } from '#shared/bytes.ts';
import type { Clock } from '#shared/clock.ts';
import type { DownMessage } from '#shared/down-message.ts';
import type { MessageBody } from '#shared/message.ts';
import type { IceServer } from '#shared/message-fields.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import { RendezvousError } from '#shared/rendezvous-error.ts';
import type { Terms } from '#shared/terms.ts';
import type { UpMessage } from '#shared/up-message.ts';
import type { Ending } from '#shared/verdicts.ts';
import { Conversation } from '../channel/conversation.ts';
import type { PhoneIdentity } from '../identity/key-store.ts';
import { type Observable, Subject } from '../state/observable.ts';
import type { CameraRecord } from '../storage/camera-record.ts';
import type { SwitchedOff } from './camera.ts';
import type { PageVisibility } from './page-visibility.ts';

/** Whether the camera answers; `checking` until that is known. */
export type Presence = 'checking' | 'online' | 'offline';

/** What a camera says of itself while it is there. */
export interface CameraNews {
  /** That it is switched off; null while it is on. */
  readonly off: SwitchedOff | null;
  /** To its owners: how many pictures are open. */
  readonly watching: number;
}

/** What is taken to be so until the camera has spoken. */
export const NO_NEWS: CameraNews = { off: null, watching: 0 };

/** A camera on the other side of the world answers within a second. */
const HELLO_TIMEOUT_MS = 3_000;
/** Greetings that may go unanswered: a broker that repeats what a camera once said would have us greet, and wait anew, for ever. */
const MAX_GREETINGS = 8;
/** Often enough for a list that somebody looks at. */
const HELLO_PERIOD_MS = 30_000;

export interface CameraLinkOptions {
  readonly camera: CameraRecord;
  readonly identity: PhoneIdentity;
  readonly rendezvous: Rendezvous;
  readonly clock: Clock;
  readonly visibility: PageVisibility;
}

/** Sends an envelope over an open session instead of the broker; false where that is not possible just now. */
export type SendEnvelope = (envelope: string) => boolean;

/** What a camera says to whoever asked it for something. */
export type AnswerMessage = Exclude<DownMessage, { type: 'presence' | 'redeemed' | 'ended' }>;

/**
 * This phone's standing channel to one camera: knows whether it is there, what it allows, its latest nonce and its ICE
 * servers, so that a viewing can begin with the offer. Whoever made it closes it.
 */
export class CameraLink {
  readonly camera: CameraRecord;
  readonly rendezvous: Rendezvous;
  readonly #options: CameraLinkOptions;
  readonly #presence = new Subject<Presence>('checking');
  readonly #iceServers = new Subject<readonly IceServer[]>([]);
  readonly #terms: Subject<Terms>;
  readonly #revision = new Subject<number | null>(null);
  readonly #news = new Subject(NO_NEWS);
  readonly #ending: Subject<Ending | null>;
  readonly #nonceListeners = new Set<() => void>();
  readonly #listeners = new Set<(message: AnswerMessage) => void>();
  readonly #silenceListeners = new Set<() => void>();
  readonly #ways = new Set<SendEnvelope>();
  readonly #hellos = new Set<string>();
  readonly #closing = new AbortController();
  readonly #stops: (() => void)[] = [];
  #conversation: Conversation | null = null;
  #nonce: string | null = null;
  #cancelTimeout: (() => void) | null = null;
  /** Since the camera's last word, or since silence was taken for one. */
  #greetings = 0;

  constructor(options: CameraLinkOptions) {
    const { camera, rendezvous, clock, visibility } = options;
    this.#options = options;
    this.camera = camera;
    this.rendezvous = rendezvous;
    this.#terms = new Subject(camera.terms);
    this.#ending = new Subject(camera.ending);
    this.#stops.push(
      rendezvous.onStateChange((state) => state === 'online' && this.#poll()),
      visibility.onChange((isVisible) => isVisible && this.#poll()),
      clock.every(HELLO_PERIOD_MS, () => visibility.isVisible && this.#poll()),
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

  /** What the grant allows, as the camera said last. */
  get terms(): Observable<Terms> {
    return this.#terms;
  }

  /** For one who may lend: another number whenever the access list has changed; null until the camera has said one. */
  get revision(): Observable<number | null> {
    return this.#revision;
  }

  /** Whether it is switched off, and who watches, as it said last in answer to this phone. */
  get news(): Observable<CameraNews> {
    return this.#news;
  }

  /** Why the grant is over; null while it holds, and again when the camera has given it more time. */
  get ending(): Observable<Ending | null> {
    return this.#ending;
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
    if (this.#greetings >= MAX_GREETINGS) return;
    this.#greetings += 1;
    this.#cancelTimeout?.();
    this.#awaitSign();
    this.send({ type: 'hello', body: {} }, (hash) => this.#hellos.add(hash)).catch(() => undefined);
  }

  /** Hears the answers to requests, and farewells; the returned function stops that. */
  onMessage(listener: (message: AnswerMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Told each time the camera has left a greeting unanswered; the returned function stops that. */
  onSilence(listener: () => void): () => void {
    this.#silenceListeners.add(listener);
    return () => this.#silenceListeners.delete(listener);
  }

  /**
   * Seals a message and sends it on its way; `onSealed` has its hash before any answer can come.
   * @throws RendezvousError
   */
  async send(message: UpMessage, onSealed: (hash: string) => void = () => undefined): Promise<void> {
    const conversation = this.#conversation;
    if (conversation === null) throw new RendezvousError('offline', 'the channel is not open');
    const sealed = await conversation.seal(message);
    onSealed(sealed.hash);
    const isCutOff = this.rendezvous.state !== 'online';
    const isSent = isCutOff && [...this.#ways].some((send) => send(parseUtf8(sealed.payload)));
    if (!isSent) await conversation.publish(sealed);
  }

  /** Has a session that goes without the broker take what is sent while that is away; the returned function ends it. */
  addWay(send: SendEnvelope): () => void {
    this.#ways.add(send);
    return () => this.#ways.delete(send);
  }

  /** Takes an envelope that came over a session. */
  receive(envelope: string): void {
    this.#conversation?.receive(encodeUtf8(envelope), { isRetained: false });
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
    this.#ways.clear();
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

  /** A camera that does not listen to this grant any more would not answer; it speaks up by itself if it does again. */
  #poll(): void {
    if (this.#ending.value === null) this.check();
  }

  #receive(message: DownMessage, isRetained: boolean): void {
    switch (message.type) {
      case 'presence':
        this.#takePresence(message.body, isRetained);
        return;
      case 'ended':
        this.#takeEnding(message.body.reason);
        return;
      case 'redeemed':
        return; // That belongs on an invite's channel.
      default:
        for (const listener of [...this.#listeners]) listener(message);
    }
  }

  /** A broker may repeat an old presence, so only the answer to our own greeting proves that the camera is there. */
  #takePresence(body: MessageBody<'presence'>, isRetained: boolean): void {
    const { state, nonce, ice_servers: iceServers, terms, revision, rq, off = null, watching = 0 } = body;
    const isAnswer = rq !== undefined && this.#hellos.has(rq);
    if (rq !== undefined && !isAnswer) return;
    const isNewNonce = nonce !== this.#nonce;
    this.#nonce = nonce;
    if (isOther(this.#iceServers, iceServers)) this.#iceServers.set(iceServers);
    if (revision !== undefined) this.#revision.set(revision);
    if (isNewNonce) for (const listener of [...this.#nonceListeners]) listener();
    const hasNewTerms = terms !== undefined && isOther(this.#terms, terms);
    const hasNews = isOther(this.#news, { off, watching });
    if (isAnswer) {
      if (hasNewTerms) this.#terms.set(terms);
      if (hasNews) this.#news.set({ off, watching });
      this.#ending.set(null);
      this.#settle(state);
      return;
    }
    const isNews = (state === 'offline') !== (this.#presence.value === 'offline') || hasNewTerms || hasNews;
    // The greeting under way may have been sent before the camera came back to its rendezvous, and be lost.
    const hasComeBack = !isRetained && this.#presence.value === 'checking';
    if (state === 'offline') this.#presence.set('offline');
    // Whatever the broker hands out is verified by a greeting.
    if ((isNews || hasComeBack) && this.#conversation !== null) this.check();
  }

  /** It may be an old one that the broker repeats: a camera that still listens answers one more greeting. */
  #takeEnding(reason: Ending): void {
    if (this.#ending.value === reason) return;
    this.#ending.set(reason);
    this.#settle('offline');
    if (this.#conversation !== null) this.check();
  }

  #settle(presence: Presence): void {
    this.#greetings = 0;
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

function isOther<T>(subject: Observable<T>, value: T): boolean {
  return JSON.stringify(subject.value) !== JSON.stringify(value);
}
