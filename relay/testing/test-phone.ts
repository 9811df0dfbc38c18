import { parseUtf8 } from '#shared/bytes.ts';
import { type Channel, deriveChannel } from '#shared/channel.ts';
import { createEphemeralKey, exportPublicJwk, openSealed, randomBase64url } from '#shared/crypto.ts';
import { downMessages } from '#shared/down-message.ts';
import { type Identity, openMessage, type SealedMessage, sealMessage } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import type { Message } from '#shared/message.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import { type GrantTerms, parseGrantTerms } from '#shared/terms.ts';

/** One channel as a phone sees it, with everything that came down so far. */
export interface PhoneChannel {
  readonly received: Message[];
  /** What requests carry: that of the latest presence or refusal. */
  nonce: string;
  /** Seals and publishes; an attacker may publish the payload again. */
  send(message: Message): Promise<SealedMessage>;
  /** The first answer to what was sent with this hash. */
  answerTo(hash: string): Promise<Message>;
  /** The next message of one of these types that was not handed out before. */
  next<T extends Message['type']>(...types: T[]): Promise<Extract<Message, { type: T }>>;
}

/** A phone that does what the protocol says, built from `shared/` alone. */
export class TestPhone {
  readonly identity: Identity;
  readonly #rendezvous: Rendezvous;

  private constructor(identity: Identity, rendezvous: Rendezvous) {
    this.identity = identity;
    this.#rendezvous = rendezvous;
  }

  static async create(rendezvous: Rendezvous): Promise<TestPhone> {
    return new TestPhone(await createIdentity({ extractable: false }), rendezvous);
  }

  /** Opens a channel and waits for the camera's presence on it. */
  async open(secret: string, camera: Identity, options: { introduce: boolean }): Promise<PhoneChannel> {
    const channel = new OpenPhoneChannel({
      lanes: await deriveChannel(secret, camera.thumbprint),
      identity: this.identity,
      camera,
      introduce: options.introduce,
      rendezvous: this.#rendezvous,
    });
    await channel.listen();
    return channel;
  }

  /** Redeems on an open invite channel: the terms, or the code of the refusal. */
  async redeem(channel: PhoneChannel, name = 'Phone', code?: string): Promise<GrantTerms | string> {
    const epk = await createEphemeralKey();
    const body = {
      nonce: channel.nonce,
      epk: await exportPublicJwk(epk.publicKey),
      name,
      ...(code ? { code } : {}),
    };
    const { hash } = await channel.send({ type: 'redeem', body });
    const answer = await channel.answerTo(hash);
    if (answer.type === 'refused') return answer.body.code;
    if (answer.type !== 'redeemed') return answer.type;
    const terms = await openSealed(answer.body.sealed, epk.privateKey);
    return parseGrantTerms(JSON.parse(parseUtf8(terms)));
  }

  /** A session id. */
  static sessionId(): string {
    return randomBase64url(16);
  }
}

interface ChannelParts {
  readonly lanes: Channel;
  readonly identity: Identity;
  readonly camera: Identity;
  readonly introduce: boolean;
  readonly rendezvous: Rendezvous;
}

class OpenPhoneChannel implements PhoneChannel {
  readonly received: Message[] = [];
  nonce = '';
  readonly #parts: ChannelParts;
  readonly #seen = new Set<Message>();
  readonly #waiting = new Set<() => void>();

  constructor(parts: ChannelParts) {
    this.#parts = parts;
  }

  async listen(): Promise<void> {
    const { rendezvous, lanes } = this.#parts;
    await rendezvous.subscribe(lanes.down.topic, (payload) => void this.#receive(payload));
    await this.next('presence');
  }

  async send(message: Message): Promise<SealedMessage> {
    const { identity, camera, lanes, introduce, rendezvous } = this.#parts;
    const options = { identity, audience: camera.thumbprint, lane: lanes.up, introduce, issuedAt: 1 };
    const sealed = await sealMessage(message, options);
    await rendezvous.publish(lanes.up.topic, sealed.payload);
    return sealed;
  }

  answerTo(hash: string): Promise<Message> {
    return this.#first((message) => 'rq' in message.body && message.body.rq === hash);
  }

  async next<T extends Message['type']>(...types: T[]): Promise<Extract<Message, { type: T }>> {
    const isNext = (message: Message) =>
      !this.#seen.has(message) && types.some((type) => type === message.type);
    const found = await this.#first(isNext);
    this.#seen.add(found);
    // Found by its type just above; TypeScript does not narrow through `some`.
    return found as Extract<Message, { type: T }>;
  }

  async #first(isWanted: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.received.find(isWanted);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async #receive(payload: Uint8Array): Promise<void> {
    if (payload.byteLength === 0) return;
    const { identity, camera, lanes, introduce } = this.#parts;
    const sender = introduce
      ? ({ type: 'introduced', thumbprint: camera.thumbprint } as const)
      : ({ type: 'known', jwk: camera.publicJwk } as const);
    for (const audience of [identity.thumbprint, camera.thumbprint]) {
      const opened = await openMessage(payload, {
        lane: lanes.down,
        reader: downMessages,
        audience,
        sender,
      }).catch(() => null);
      if (opened) this.#accept(opened.message);
    }
  }

  #accept(message: Message): void {
    this.received.push(message);
    if ('nonce' in message.body && message.body.nonce !== undefined) this.nonce = message.body.nonce;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
