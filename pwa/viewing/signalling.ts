import type { UpMessage } from '#shared/up-message.ts';
import type { Farewell, Refusal } from '#shared/verdicts.ts';
import type { AnswerMessage, CameraLink } from './camera-link.ts';

/** What the camera says about one session. */
export interface SignallingListener {
  onAnswer(sdp: string): void;
  onCandidate(candidate: string): void;
  /** `use_nonce` only after the second try. */
  onRefused(code: Refusal): void;
  onBye(reason: Farewell): void;
}

/** The offers of one session and their answers: whatever does not answer the offer that stands is dropped. */
export class Signalling {
  readonly #link: CameraLink;
  readonly #sid: string;
  readonly #listener: SignallingListener;
  readonly #stop: () => void;
  /** Envelopes of the offer that stands: it may have been sent, and answered, more than once. */
  readonly #standing = new Set<string>();
  #isAnswered = false;
  /** Of them, those that ask for the picture of a session that is answered already. */
  readonly #wishes = new Set<string>();
  #isStandby = false;
  /** Every envelope of an offer in this session, for a farewell. */
  readonly #all = new Set<string>();
  #sdp: string | null = null;
  #hasRetried = false;
  /** Settles when the latest offer is with the rendezvous, or is not to be. */
  #offerSent: Promise<unknown> = Promise.resolve();

  constructor(link: CameraLink, sid: string, listener: SignallingListener) {
    this.#link = link;
    this.#sid = sid;
    this.#listener = listener;
    this.#stop = link.onMessage((message) => this.#receive(message));
  }

  /**
   * Sends a new offer, of a picture or of a connection alone; answers to earlier ones count no more.
   * @throws RendezvousError
   */
  async offer(sdp: string, { isStandby = false } = {}): Promise<void> {
    this.#standing.clear();
    this.#isAnswered = false;
    this.#isStandby = isStandby;
    await this.#sendFirst(sdp);
  }

  /** Asks for the picture of a connection that was offered alone, answered or not. @throws RendezvousError */
  async play(sdp: string): Promise<void> {
    this.#isStandby = false;
    await this.#sendFirst(sdp);
  }

  /**
   * Sends the standing offer once more, as nobody answered, with the candidates found since.
   * @throws RendezvousError
   */
  async offerAgain(sdp: string): Promise<void> {
    if (this.#sdp === null || this.#isAnswered) return;
    this.#sdp = sdp;
    await this.#sendOffer();
  }

  /** @throws RendezvousError */
  async sendCandidate(candidate: string): Promise<void> {
    // The camera knows no session before the offer, and the shorter message is sealed sooner.
    await this.#offerSent;
    await this.#send((nonce) => ({ type: 'candidate', body: { nonce, sid: this.#sid, candidate } }));
  }

  /** @throws RendezvousError */
  async leave(): Promise<void> {
    await this.#send((nonce) => ({ type: 'leave', body: { nonce, sid: this.#sid } }));
  }

  /** Hears nothing more; idempotent. */
  close(): void {
    this.#stop();
  }

  async #sendFirst(sdp: string): Promise<void> {
    this.#sdp = sdp;
    this.#hasRetried = false;
    await this.#sendOffer();
  }

  async #sendOffer(): Promise<void> {
    const sdp = this.#sdp;
    if (sdp === null) return;
    const wish = this.#isStandby ? { standby: true as const } : {};
    const sending = this.#send(
      (nonce) => ({ type: 'offer', body: { nonce, sid: this.#sid, sdp, ...wish } }),
      (hash) => {
        // A newer offer may have been made while this one was being sealed.
        if (sdp === this.#sdp) this.#standing.add(hash);
        if (this.#isAnswered) this.#wishes.add(hash);
        this.#all.add(hash);
      },
    );
    this.#offerSent = sending.catch(() => undefined); // Whoever sent the offer is told.
    await sending;
  }

  async #send(build: (nonce: string) => UpMessage, onSealed?: (hash: string) => void): Promise<void> {
    const nonce = this.#link.nonce;
    if (nonce !== null) await this.#link.send(build(nonce), onSealed);
  }

  #receive(message: AnswerMessage): void {
    const { type, body } = message;
    switch (type) {
      case 'answer':
        if (body.sid !== this.#sid || this.#isAnswered || !this.#standing.has(body.rq)) return;
        this.#isAnswered = true;
        this.#listener.onAnswer(body.sdp);
        return;
      case 'answer-candidate':
        if (body.sid === this.#sid && this.#standing.has(body.rq)) this.#listener.onCandidate(body.candidate);
        return;
      case 'bye':
        if (body.sid === this.#sid && this.#all.has(body.rq)) this.#listener.onBye(body.reason);
        return;
      case 'refused':
        if (this.#isAnswered && !this.#wishes.has(body.rq)) return;
        if (this.#standing.delete(body.rq)) this.#handleRefusal(body.code, body.nonce ?? null);
        return;
      default:
        return; // The answer to a request of another kind.
    }
  }

  #handleRefusal(code: Refusal, nonce: string | null): void {
    if (code !== 'use_nonce' || nonce === null || this.#hasRetried) {
      this.#listener.onRefused(code);
      return;
    }
    this.#hasRetried = true;
    this.#link.renewNonce(nonce);
    this.#sendOffer().catch(() => undefined); // Offline: the offer is sent again when the rendezvous is back.
  }
}
