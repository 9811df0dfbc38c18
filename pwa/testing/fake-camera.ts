import { encodeUtf8 } from '#shared/bytes.ts';
import { type Channel, deriveChannel } from '#shared/channel.ts';
import { type PublicJwk, randomBase64url, sealTo } from '#shared/crypto.ts';
import { type Identity, type OpenedMessage, openMessage, sealMessage } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import { encodeInviteLink } from '#shared/invite-link.ts';
import type { Message, MessageBody } from '#shared/message.ts';
import type { IceServer } from '#shared/message-fields.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import type { Terms } from '#shared/terms.ts';
import { type UpMessage, upMessages } from '#shared/up-message.ts';
import type { CameraRecord } from '../storage/camera-record.ts';

/** One channel as the camera sees it; `phone` is null on an invite's. */
export interface CameraChannel {
  readonly lanes: Channel;
  readonly phone: PublicJwk | null;
  readonly audience: string;
}

export type RequestOf<T extends UpMessage['type']> = Omit<OpenedMessage, 'message'> & {
  readonly body: MessageBody<T>;
};

/** A camera that does what the protocol says, until a test tells it otherwise. Built from `shared/` alone. */
export class FakeCamera {
  readonly identity: Identity;
  readonly rendezvous: Rendezvous;
  readonly secret = randomBase64url(16);
  readonly psk = randomBase64url(32);
  readonly gid = randomBase64url(16);
  nonce = randomBase64url(16);
  iceServers: IceServer[] = [];
  terms: Terms = { scope: ['owner'], nbf: null, exp: null, hours: null };
  /** Everything authentic that came, by type, in order. */
  readonly heard: string[] = [];
  /** Who redeemed the invite. */
  owner: string | null = null;
  /** Whether it answers at all. */
  isListening = true;
  /** Replaces its answers; null leaves the usual one. */
  redeemOtherwise: ((channel: CameraChannel, request: RequestOf<'redeem'>) => Promise<void>) | null = null;
  onOffer: ((channel: CameraChannel, request: RequestOf<'offer'>) => Promise<void>) | null = null;
  onCandidate: ((body: MessageBody<'candidate'>) => void) | null = null;

  private constructor(identity: Identity, rendezvous: Rendezvous) {
    this.identity = identity;
    this.rendezvous = rendezvous;
  }

  static async create(rendezvous: Rendezvous): Promise<FakeCamera> {
    return new FakeCamera(await createIdentity({ extractable: false }), rendezvous);
  }

  get link(): string {
    const { secret, identity } = this;
    return encodeInviteLink('https://page.example/', { kind: 'claim', camera: identity.thumbprint, secret });
  }

  /** What a phone with this key stores after its claim. */
  recordFor(phone: Identity): CameraRecord {
    const { identity, psk, gid } = this;
    return {
      ...{ gid, psk, camera: identity.thumbprint, cameraJwk: identity.publicJwk, phone: phone.thumbprint },
      ...{ terms: this.terms, name: 'Porch', rendezvous: null },
    };
  }

  /** Listens on the channel of its claim invite. */
  async openInvite(): Promise<CameraChannel> {
    return this.#listen(this.secret, null, this.identity.thumbprint);
  }

  /** Listens on the channel of a phone's grant. */
  async openGrant(phone: Identity): Promise<CameraChannel> {
    return this.#listen(this.psk, phone.publicJwk, phone.thumbprint);
  }

  /** Publishes its presence, retained. */
  announce(channel: CameraChannel, state: 'online' | 'offline' = 'online'): Promise<void> {
    return this.send(channel, this.#presence(state), { retain: true });
  }

  async send(
    channel: CameraChannel,
    message: Message,
    options: { retain?: boolean; as?: Identity; audience?: string } = {},
  ): Promise<void> {
    const { payload } = await sealMessage(message, {
      identity: options.as ?? this.identity,
      audience: options.audience ?? channel.audience,
      lane: channel.lanes.down,
      introduce: channel.phone === null,
      issuedAt: 1,
    });
    await this.rendezvous.publish(channel.lanes.down.topic, payload, { retain: options.retain ?? false });
  }

  /** The usual answer to `redeem`: the first key wins. */
  async answerRedeem(
    channel: CameraChannel,
    request: RequestOf<'redeem'>,
    as = this.identity,
  ): Promise<void> {
    const { body, hash: rq, sender } = request;
    const audience = sender.thumbprint;
    if (body.nonce !== this.nonce)
      return this.#refuse(channel, { rq, code: 'use_nonce', nonce: this.nonce }, audience);
    this.owner ??= sender.thumbprint;
    if (this.owner !== sender.thumbprint)
      return this.#refuse(channel, { rq, code: 'invalid_grant' }, audience);
    const { gid, psk } = this;
    const grant = { gid, psk, terms: this.terms, camera_name: 'Porch' };
    const sealed = await sealTo(encodeUtf8(JSON.stringify(grant)), body.epk);
    await this.send(channel, { type: 'redeemed', body: { rq, sealed } }, { audience, as });
  }

  async #listen(secret: string, phone: PublicJwk | null, audience: string): Promise<CameraChannel> {
    const lanes = await deriveChannel(secret, this.identity.thumbprint);
    const channel = { lanes, phone, audience };
    let queue = Promise.resolve();
    await this.rendezvous.subscribe(lanes.up.topic, (payload) => {
      queue = queue.then(() => this.#receive(channel, payload));
    });
    await this.announce(channel);
    return channel;
  }

  async #receive(channel: CameraChannel, payload: Uint8Array): Promise<void> {
    const sender = channel.phone === null ? ({ type: 'introduced' } as const) : knownSender(channel.phone);
    const audience = this.identity.thumbprint;
    const options = { lane: channel.lanes.up, reader: upMessages, audience, sender };
    const opened = await openMessage(payload, options);
    const { message } = opened;
    this.heard.push(message.type);
    if (!this.isListening) return;
    switch (message.type) {
      case 'hello':
        return this.send(channel, this.#presence('online', opened.hash), {
          audience: opened.sender.thumbprint,
        });
      case 'redeem': {
        const request = { ...opened, body: message.body };
        return this.redeemOtherwise?.(channel, request) ?? this.answerRedeem(channel, request);
      }
      case 'offer':
        if (message.body.nonce !== this.nonce) {
          const refusal = { rq: opened.hash, code: 'use_nonce', nonce: this.nonce } as const;
          return this.#refuse(channel, refusal, channel.audience);
        }
        return this.onOffer?.(channel, { ...opened, body: message.body });
      case 'candidate':
        return this.onCandidate?.(message.body);
      default:
        return;
    }
  }

  #presence(state: 'online' | 'offline', rq?: string): Message {
    const body = { state, nonce: this.nonce, name: 'Porch', ice_servers: this.iceServers };
    return { type: 'presence', body: rq === undefined ? body : { ...body, rq } };
  }

  #refuse(channel: CameraChannel, body: MessageBody<'refused'>, audience: string): Promise<void> {
    return this.send(channel, { type: 'refused', body }, { audience });
  }
}

function knownSender(jwk: PublicJwk) {
  return { type: 'known', jwk } as const;
}
