import { type Channel, deriveChannel } from '#shared/channel.ts';
import { randomBase64url } from '#shared/crypto.ts';
import { type AccessEntry, downMessages } from '#shared/down-message.ts';
import { type Identity, openMessage, type SealedMessage, sealMessage } from '#shared/envelope.ts';
import { deriveInviteId } from '#shared/invite-id.ts';
import type { Message, MessageBody } from '#shared/message.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import type { Refusal } from '#shared/verdicts.ts';

/** What a camera answers that does as it is asked, or the code with which it refuses. */
export type Done = 'done' | Refusal;

/** A look that was lent, or was to be. */
export interface Lent {
  /** Opens the invite's channel, and makes its id. */
  readonly secret: string;
  readonly id: string;
  /** What the camera said. */
  readonly said: Done;
}

/** A request about the access list, but for its nonce. */
type Asked<T extends 'lend' | 'amend'> = Omit<MessageBody<T>, 'nonce'>;

export interface PhoneChannelOptions {
  readonly secret: string;
  readonly identity: Identity;
  readonly camera: Identity;
  /** For an invite: each message brings its key. */
  readonly introduce: boolean;
  readonly rendezvous: Rendezvous;
  /** NumericDate. */
  readonly now: () => number;
}

const SECRET_BYTES = 16;
const DAY_S = 24 * 60 * 60;

/** One channel as a phone sees it, with everything that came down so far. */
export class PhoneChannel {
  readonly received: Message[] = [];
  /** What requests carry: that of the latest presence or refusal. */
  nonce = '';
  readonly lanes: Channel;
  readonly #options: PhoneChannelOptions;
  readonly #seen = new Set<Message>();
  readonly #waiting = new Set<() => void>();

  private constructor(lanes: Channel, options: PhoneChannelOptions) {
    this.lanes = lanes;
    this.#options = options;
  }

  /** Listens on a channel; resolves when the first word of the camera, or the broker's memory of it, is there. */
  static async open(options: PhoneChannelOptions): Promise<PhoneChannel> {
    const lanes = await deriveChannel(options.secret, options.camera.thumbprint);
    const channel = new PhoneChannel(lanes, options);
    await options.rendezvous.subscribe(lanes.down.topic, (payload) => void channel.#receive(payload));
    await channel.#first((message) => message.type === 'presence' || message.type === 'ended');
    return channel;
  }

  /** Seals and publishes; an attacker may publish the payload again. */
  async send(message: Message): Promise<SealedMessage> {
    const { identity, camera, introduce, rendezvous } = this.#options;
    const options = { identity, audience: camera.thumbprint, lane: this.lanes.up, introduce, issuedAt: 1 };
    const sealed = await sealMessage(message, options);
    await rendezvous.publish(this.lanes.up.topic, sealed.payload);
    return sealed;
  }

  /** The first answer to what was sent with this hash. */
  answerTo(hash: string): Promise<Message> {
    return this.#first((message) => 'rq' in message.body && message.body.rq === hash);
  }

  /** The next message of one of these types that was not handed out before. */
  async next<T extends Message['type']>(...types: T[]): Promise<Extract<Message, { type: T }>> {
    const isNext = (message: Message) =>
      !this.#seen.has(message) && types.some((type) => type === message.type);
    const found = await this.#first(isNext);
    this.#seen.add(found);
    // Found by its type just above; TypeScript does not narrow through `some`.
    return found as Extract<Message, { type: T }>;
  }

  /** Resolves once everything sent before has been looked at: requests of one channel are handled in turn. */
  async settled(): Promise<void> {
    const { hash } = await this.send({ type: 'hello', body: {} });
    await this.answerTo(hash);
  }

  /** Sends a request with the nonce of the moment, once more with a new one if that was too old; the answer. */
  async ask(request: (nonce: string) => Message): Promise<Message> {
    const answer = await this.answerTo((await this.send(request(this.nonce))).hash);
    if (answer.type !== 'refused' || answer.body.code !== 'use_nonce') return answer;
    return this.answerTo((await this.send(request(this.nonce))).hash);
  }

  /** Lends a day to watch, unless told otherwise, by a secret made here unless given. */
  async lend(terms: Partial<Asked<'lend'>> = {}): Promise<Lent> {
    const secret = terms.secret ?? randomBase64url(SECRET_BYTES);
    const id = await deriveInviteId(secret, this.#options.camera.thumbprint);
    const hasNoDuration = terms.exp !== undefined || terms.scope?.includes('owner');
    const body: Asked<'lend'> = {
      ...{ secret, name: 'Guest', scope: ['watch'], nbf: null, exp: null, hours: null, transfer: false },
      ...{ duration: hasNoDuration ? null : DAY_S, open_until: this.#options.now() + DAY_S },
      ...terms,
    };
    const answer = await this.ask((nonce) => ({ type: 'lend', body: { nonce, ...body } }));
    if (answer.type === 'lent' && answer.body.id !== id) throw new TypeError('another invite was lent');
    return { secret, id, said: answer.type === 'lent' ? 'done' : codeOf(answer) };
  }

  /** The whole access list, page by page, or the code of the refusal. */
  async list(): Promise<readonly AccessEntry[] | Refusal> {
    const entries: AccessEntry[] = [];
    let after: string | null = null;
    do {
      const from: string | null = after;
      const answer = await this.ask((nonce) => ({ type: 'list', body: { nonce, after: from } }));
      if (answer.type !== 'listed') return codeOf(answer);
      entries.push(...answer.body.entries);
      after = answer.body.next;
    } while (after !== null);
    return entries;
  }

  async revoke(id: string): Promise<Done> {
    return doneOf(await this.ask((nonce) => ({ type: 'revoke', body: { nonce, id } })));
  }

  async amend(change: Asked<'amend'>): Promise<Done> {
    return doneOf(await this.ask((nonce) => ({ type: 'amend', body: { nonce, ...change } })));
  }

  /** A page of the log of who watched, or the code of the refusal. */
  async log(before: number | null = null): Promise<MessageBody<'logged'> | Refusal> {
    const answer = await this.ask((nonce) => ({ type: 'log', body: { nonce, before } }));
    return answer.type === 'logged' ? answer.body : codeOf(answer);
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
    const { identity, camera, introduce } = this.#options;
    const sender = introduce
      ? ({ type: 'introduced', thumbprint: camera.thumbprint } as const)
      : ({ type: 'known', jwk: camera.publicJwk } as const);
    for (const audience of [identity.thumbprint, camera.thumbprint]) {
      const options = { lane: this.lanes.down, reader: downMessages, audience, sender };
      const opened = await openMessage(payload, options).catch(() => null);
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

const doneOf = (answer: Message): Done => (answer.type === 'done' ? 'done' : codeOf(answer));

function codeOf(answer: Message): Refusal {
  if (answer.type !== 'refused') throw new TypeError(`a ${answer.type} answers something else`);
  return answer.body.code;
}
