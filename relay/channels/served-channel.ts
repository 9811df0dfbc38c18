import { type Channel, deriveChannel } from '#shared/channel.ts';
import type { DownMessage } from '#shared/down-message.ts';
import { type Identity, sealMessage } from '#shared/envelope.ts';
import type { PublishOptions, Rendezvous, Unsubscribe } from '#shared/rendezvous.ts';
import { type ChannelSpec, channelKey } from './channel-spec.ts';

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
}

/** One channel with its topics: listens while it is live, and keeps what the broker retains on it true. */
export class ServedChannel {
  readonly #options: ServedChannelOptions;
  #spec: ChannelSpec;
  #lanes: Channel | null = null;
  #unsubscribe: Unsubscribe | null = null;
  #isClosed = false;
  /** Changes to broker and subscription, one after another. */
  #work: Promise<void> = Promise.resolve();
  /** Requests that wait for their turn. */
  pending = 0;
  queue: Promise<void> = Promise.resolve();

  constructor(spec: ChannelSpec, options: ServedChannelOptions) {
    this.#spec = spec;
    this.#options = options;
  }

  get spec(): ChannelSpec {
    return this.#spec;
  }

  get key(): string {
    return channelKey(this.#spec);
  }

  /** Whether what comes is to be looked at; a phone that was revoked gets nothing more, at once. */
  get isLive(): boolean {
    return !this.#isClosed && this.#spec.standing.type === 'live';
  }

  /** Whether the broker delivers what comes up. */
  get isListening(): boolean {
    return this.#unsubscribe !== null;
  }

  /** Keys and topics; null before the first message can have come. */
  get lanes(): Channel | null {
    return this.#lanes;
  }

  /** Resolves when the broker delivers, or delivers no more, and retains what it should. @throws RendezvousError */
  apply(spec: ChannelSpec): Promise<void> {
    this.#spec = spec;
    return this.#inTurn(() => this.#settle());
  }

  /** Stops listening and clears what the broker keeps. @throws RendezvousError */
  close(): Promise<void> {
    this.#stopListening();
    return this.#inTurn(async () => {
      this.#unsubscribe?.();
      if (this.#lanes === null) return;
      await this.#options.rendezvous.publish(this.#lanes.down.topic, new Uint8Array(), { retain: true });
    });
  }

  /** Stops listening and leaves what the broker keeps, for who says goodbye instead. */
  abandon(): void {
    this.#stopListening();
  }

  /** Says again what the broker should keep. @throws RendezvousError */
  announce(): Promise<void> {
    return this.#inTurn(() => this.#announce());
  }

  /** Seals a message and publishes it; resolves once the rendezvous has it. @throws RendezvousError */
  async send(message: DownMessage, audience: string, options: PublishOptions = {}): Promise<void> {
    await this.#publish(await this.seal(message, audience), options);
  }

  /** Seals a message for the phone, which may be reached otherwise than through the broker. */
  async seal(message: DownMessage, audience: string): Promise<Uint8Array> {
    const { identity, now } = this.#options;
    const lanes = await this.#derive();
    const { payload } = await sealMessage(message, {
      identity,
      audience,
      lane: lanes.down,
      introduce: this.#spec.sender.type === 'introduced',
      issuedAt: now(),
    });
    return payload;
  }

  async #publish(payload: Uint8Array, options: PublishOptions): Promise<void> {
    const lanes = await this.#derive();
    await this.#options.rendezvous.publish(lanes.down.topic, payload, options);
  }

  #stopListening(): void {
    this.#isClosed = true;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  async #settle(): Promise<void> {
    const lanes = await this.#derive();
    if (this.isLive) {
      const { rendezvous, onPayload } = this.#options;
      this.#unsubscribe ??= await rendezvous.subscribe(lanes.up.topic, (payload) => onPayload(this, payload));
    }
    // What was wanted may have changed while the broker was away.
    if (!this.isLive) {
      this.#unsubscribe?.();
      this.#unsubscribe = null;
    }
    await this.#announce();
  }

  /** On an invite's channel nobody is known yet: what is said there is addressed to the camera's own name. */
  async #announce(): Promise<void> {
    if (this.#isClosed) return;
    const { identity, announcementOf, onAnnounced } = this.#options;
    const message = announcementOf(this.#spec);
    const payload = await this.seal(message, this.#spec.holder ?? identity.thumbprint);
    onAnnounced(this.#spec, payload);
    await this.#publish(payload, { retain: true });
  }

  async #derive(): Promise<Channel> {
    this.#lanes ??= await deriveChannel(this.#spec.secret, this.#options.identity.thumbprint);
    return this.#lanes;
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    const turn = this.#work.then(step, step);
    this.#work = turn;
    return turn;
  }
}
