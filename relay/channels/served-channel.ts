import { type Channel, deriveChannel } from '#shared/channel.ts';
import type { DownMessage } from '#shared/down-message.ts';
import { type Identity, sealMessage } from '#shared/envelope.ts';
import type { PublishOptions, Rendezvous, Unsubscribe } from '#shared/rendezvous.ts';
import type { ChannelSpec } from './channel-spec.ts';
import { Intake } from './intake.ts';

export interface ServedChannelOptions {
  readonly identity: Identity;
  readonly rendezvous: Rendezvous;
  /** NumericDate for what is sent. */
  readonly now: () => number;
  readonly onPayload: (channel: ServedChannel, payload: Uint8Array) => void;
  /** Hears each announcement too, for whoever has another way to the phone. */
  readonly onAnnounced: (spec: ChannelSpec, payload: Uint8Array) => void;
  /** What to leave with the broker as things stand. */
  readonly announcementOf: (spec: ChannelSpec) => DownMessage;
  /** Told when the broker did not follow; `follow` tries again. */
  readonly onFailure: (channel: ServedChannel, error: unknown) => void;
}

/**
 * One channel with its topics: listens while it is live, and keeps what the broker retains on it true. What is asked of it
 * counts at once; the broker follows in one run after another, and a run takes along whatever is asked before it has looked.
 */
export class ServedChannel {
  readonly #options: ServedChannelOptions;
  #spec: ChannelSpec;
  #lanes: Channel | null = null;
  #unsubscribe: Unsubscribe | null = null;
  #subscribing: AbortController | null = null;
  #isClosed = false;
  #isAbandoned = false;
  #runs: Promise<void> = Promise.resolve();
  /** Whether a run is to come, or under way, that has yet to look at what is asked. */
  #isDue = false;
  #unfinishedRuns = 0;
  #hasFailed = false;
  readonly intake = new Intake();
  /** Requests that wait for their turn. */
  pending = 0;
  queue: Promise<void> = Promise.resolve();

  constructor(spec: ChannelSpec, options: ServedChannelOptions) {
    this.#spec = spec;
    this.#options = options;
    this.follow();
  }

  get spec(): ChannelSpec {
    return this.#spec;
  }

  /** Whether what comes is to be looked at; a phone that was revoked gets nothing more, at once. */
  get isLive(): boolean {
    return !this.#isClosed && !this.#isAbandoned && this.#spec.standing.type === 'live';
  }

  /** Whether nothing is to be left of it with the broker. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether nothing is left of it with the broker. */
  get isGone(): boolean {
    return this.#isClosed && this.#unfinishedRuns === 0 && !this.#hasFailed;
  }

  /** Whether the broker has not followed, and nothing is under way. */
  get hasFailed(): boolean {
    return this.#unfinishedRuns === 0 && this.#hasFailed;
  }

  /** Keys and topics; null before the first message can have come. */
  get lanes(): Channel | null {
    return this.#lanes;
  }

  /** Takes on what the channel is to be, also after it was closed. */
  apply(spec: ChannelSpec): void {
    this.#spec = spec;
    this.#isClosed = false;
    if (!this.isLive) this.#stopListening();
    this.follow();
  }

  /** Stops listening and clears what the broker keeps. */
  close(): void {
    this.#isClosed = true;
    this.#stopListening();
    this.follow();
  }

  /** Stops listening and leaves what the broker keeps, for who says goodbye instead. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#stopListening();
  }

  /** Has the broker follow: it is subscribed to or not, and told once more what to keep. */
  follow(): void {
    if (this.#isDue || this.#isAbandoned) return;
    this.#isDue = true;
    this.#unfinishedRuns += 1;
    this.#runs = this.#runs.then(() => this.#run());
  }

  /** Resolves when the broker has followed all that was asked so far, or failed to. */
  settled(): Promise<void> {
    return this.#runs;
  }

  /** Seals a message and publishes it; resolves once the rendezvous has it. @throws RendezvousError */
  async send(message: DownMessage, audience: string, options: PublishOptions = {}): Promise<void> {
    const lanes = await this.#derive();
    const payload = await this.seal(message, audience);
    await this.#options.rendezvous.publish(lanes.down.topic, payload, options);
  }

  /** Seals a message for the phone, which may be reached otherwise than through the broker. */
  async seal(message: DownMessage, audience: string): Promise<Uint8Array> {
    const { identity, now } = this.#options;
    const { payload } = await sealMessage(message, {
      identity,
      audience,
      lane: (await this.#derive()).down,
      introduce: this.#spec.sender.type === 'introduced',
      issuedAt: now(),
    });
    return payload;
  }

  /** Clears what the broker keeps. @throws RendezvousError */
  async clear(options: PublishOptions = {}): Promise<void> {
    const lanes = await this.#derive();
    await this.#options.rendezvous.publish(lanes.down.topic, new Uint8Array(), { ...options, retain: true });
  }

  async #run(): Promise<void> {
    try {
      const lanes = await this.#derive();
      // Until both agree: what is wanted may change while the broker is away.
      while (this.isLive !== (this.#unsubscribe !== null)) {
        if (this.isLive) await this.#listen(lanes);
        else this.#stopListening();
      }
      this.#isDue = false;
      await this.#leaveWord();
      this.#hasFailed = false;
    } catch (error) {
      this.#isDue = false;
      this.#hasFailed = true;
      if (!this.#isAbandoned) this.#options.onFailure(this, error);
    } finally {
      this.#unfinishedRuns -= 1;
    }
  }

  async #listen({ up }: Channel): Promise<void> {
    const { rendezvous, onPayload } = this.#options;
    const subscribing = new AbortController();
    this.#subscribing = subscribing;
    const { signal } = subscribing;
    try {
      this.#unsubscribe = await rendezvous.subscribe(up.topic, (payload) => onPayload(this, payload), {
        signal,
      });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #stopListening(): void {
    this.#subscribing?.abort();
    this.#subscribing = null;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  /** On an invite's channel nobody is known yet: what is said there is addressed to the camera's own name. */
  async #leaveWord(): Promise<void> {
    if (this.#isAbandoned) return;
    if (this.#isClosed) return this.clear();
    const { identity, announcementOf, onAnnounced, rendezvous } = this.#options;
    const spec = this.#spec;
    const lanes = await this.#derive();
    const payload = await this.seal(announcementOf(spec), spec.holder ?? identity.thumbprint);
    // What was true a moment ago must not come after what is said now: another run, or a farewell, follows.
    if (spec !== this.#spec || this.#isClosed || this.#isAbandoned) return;
    onAnnounced(spec, payload);
    await rendezvous.publish(lanes.down.topic, payload, { retain: true });
  }

  async #derive(): Promise<Channel> {
    this.#lanes ??= await deriveChannel(this.#spec.secret, this.#options.identity.thumbprint);
    return this.#lanes;
  }
}
