import { type Channel, deriveChannel } from '#shared/channel.ts';
import { type Clock, numericDateOf } from '#shared/clock.ts';
import { type DownMessage, downMessages } from '#shared/down-message.ts';
import {
  type ExpectedSender,
  type Identity,
  type OpenedMessage,
  openMessage,
  type SealedMessage,
  sealMessage,
} from '#shared/envelope.ts';
import { ProtocolError } from '#shared/protocol-error.ts';
import type { Rendezvous, Unsubscribe } from '#shared/rendezvous.ts';
import type { UpMessage } from '#shared/up-message.ts';

/** A camera sends a handful of messages at a time; what a broker piles up beyond this is dropped unread. */
const MAX_PENDING = 32;

/** Who talks to whom, and over what. */
export interface ConversationOptions {
  readonly rendezvous: Rendezvous;
  /** Of the invite or the grant, base64url. */
  readonly secret: string;
  readonly identity: Identity;
  /** Thumbprint. */
  readonly camera: string;
  /** `introduced` on an invite's channel, where this phone brings its key along too. */
  readonly sender: ExpectedSender;
  readonly clock: Clock;
  /** Told of each authentic message, in the order they came. */
  readonly onMessage: (opened: OpenedMessage<DownMessage>, meta: { isRetained: boolean }) => void;
  /** Told when somebody who knows the channel signed with another key than the camera's. */
  readonly onImpostor?: () => void;
}

/** This phone's end of a channel: opens what comes down, seals what goes up, and drops all else. */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #lanes: Channel;
  #queue: Promise<void> = Promise.resolve();
  #sealing: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #unsubscribe: Unsubscribe | null = null;
  #isClosed = false;

  private constructor(options: ConversationOptions, lanes: Channel) {
    this.#options = options;
    this.#lanes = lanes;
  }

  /**
   * Opens the channel; resolves when the rendezvous delivers what comes down, which may take until it is online.
   * @throws RendezvousError, or the signal's reason.
   */
  static async open(
    options: ConversationOptions,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Conversation> {
    const lanes = await deriveChannel(options.secret, options.camera);
    signal?.throwIfAborted();
    const conversation = new Conversation(options, lanes);
    conversation.#unsubscribe = await options.rendezvous.subscribe(
      lanes.down.topic,
      (payload, meta) => conversation.receive(payload, meta),
      signal === undefined ? {} : { signal },
    );
    return conversation;
  }

  /**
   * Signs and encrypts a message for the camera; its hash is what the answer will carry as `rq`. One after the other, so
   * that a short message does not overtake the longer one before it.
   */
  seal(message: UpMessage): Promise<SealedMessage> {
    const { identity, camera, sender, clock } = this.#options;
    const sealed = this.#sealing.then(() =>
      sealMessage(message, {
        identity,
        audience: camera,
        lane: this.#lanes.up,
        introduce: sender.type === 'introduced',
        issuedAt: numericDateOf(clock),
      }),
    );
    this.#sealing = sealed.catch(() => undefined); // Whoever wants it sealed is told.
    return sealed;
  }

  /** Resolves when the rendezvous has it. @throws RendezvousError */
  publish(sealed: SealedMessage, options: { signal?: AbortSignal } = {}): Promise<void> {
    return this.#options.rendezvous.publish(this.#lanes.up.topic, sealed.payload, options);
  }

  /** Takes what came down, by whichever way. */
  receive(payload: Uint8Array, meta: { isRetained: boolean }): void {
    if (payload.byteLength === 0 || this.#pending >= MAX_PENDING) return;
    this.#pending += 1;
    this.#queue = this.#queue
      .then(() => this.#deliver(payload, meta))
      .catch((error: unknown) => reportError(error));
  }

  /** Hears nothing more; idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  async #deliver(payload: Uint8Array, meta: { isRetained: boolean }): Promise<void> {
    try {
      const opened = await this.#open(payload);
      if (opened !== null && !this.#isClosed) this.#options.onMessage(opened, meta);
    } finally {
      this.#pending -= 1;
    }
  }

  async #open(payload: Uint8Array): Promise<OpenedMessage<DownMessage> | null> {
    const { identity, camera, sender } = this.#options;
    // On an invite's channel nobody is known yet: its presence is addressed to the camera's own name.
    const audiences = sender.type === 'introduced' ? [identity.thumbprint, camera] : [identity.thumbprint];
    for (const audience of audiences) {
      try {
        const opened = await openMessage(payload, {
          lane: this.#lanes.down,
          reader: downMessages,
          audience,
          sender,
        });
        if (audience === identity.thumbprint || opened.message.type === 'presence') return opened;
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        if (error.code === 'not_authentic') await this.#suspect(payload, audience);
      }
    }
    return null;
  }

  /** Only who knows the channel's secret can seal: a wrong signature inside is not noise but somebody else. */
  async #suspect(payload: Uint8Array, audience: string): Promise<void> {
    const { sender, onImpostor } = this.#options;
    if (sender.type !== 'introduced' || onImpostor === undefined) return;
    const opened = await openMessage(payload, {
      lane: this.#lanes.down,
      reader: downMessages,
      audience,
      sender: { type: 'introduced' },
    }).catch(() => null);
    if (opened !== null && !this.#isClosed) onImpostor();
  }
}
