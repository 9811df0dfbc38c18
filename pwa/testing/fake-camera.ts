import { encodeUtf8 } from '#shared/bytes.ts';
import type { PrivacyTold } from '#shared/camera-privacy.ts';
import { type Channel, deriveChannel } from '#shared/channel.ts';
import { type PublicJwk, randomBase64url, sealTo } from '#shared/crypto.ts';
import { type Identity, type OpenedMessage, openMessage, sealMessage } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import { deriveInviteId } from '#shared/invite-id.ts';
import { encodeInviteLink, type InviteLink } from '#shared/invite-link.ts';
import type { Message, MessageBody } from '#shared/message.ts';
import type { IceServer } from '#shared/message-fields.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import { hasScope } from '#shared/scope.ts';
import type { Terms } from '#shared/terms.ts';
import { type UpMessage, upMessages } from '#shared/up-message.ts';
import type { Ending, Refusal } from '#shared/verdicts.ts';
import { encodeWatchPage, type WatchPage } from '#shared/watch-page.ts';
import type { CameraRecord } from '../storage/camera-record.ts';
import { FakeAccess } from './fake-access.ts';

/** One channel as the camera sees it; `phone` is null on an invite's. */
export interface CameraChannel {
  readonly lanes: Channel;
  readonly phone: PublicJwk | null;
  readonly audience: string;
  /** Takes what is said instead of the broker, where a session does. */
  readonly deliver?: (payload: Uint8Array) => void;
}

export type RequestOf<T extends UpMessage['type']> = Omit<OpenedMessage, 'message'> & {
  readonly body: MessageBody<T>;
};

type AccessRequest = Extract<UpMessage, { type: 'lend' | 'list' | 'revoke' | 'amend' | 'log' }>;

/** Entries of a log that it sends at once. */
const LOG_PAGE = 6;
/** How often the digits may be wrong. */
const MAX_WRONG_CODES = 3;

/** A camera that does what the protocol says, until a test tells it otherwise. Built from `shared/` alone. */
export class FakeCamera {
  readonly identity: Identity;
  readonly rendezvous: Rendezvous;
  readonly secret: string;
  readonly psk = randomBase64url(32);
  /** Of its grant, and of the invite that becomes it. */
  readonly gid: string;
  readonly access = new FakeAccess();
  nonce = randomBase64url(16);
  iceServers: IceServer[] = [];
  terms: Terms = { scope: ['owner'], nbf: null, exp: null, hours: null };
  /** Everything authentic that came, by type, in order. */
  readonly heard: string[] = [];
  /** What its link is for. */
  linkKind: InviteLink['kind'] = 'claim';
  /** The digits that it shows to whoever wants to redeem; null for none. */
  code: string | null = null;
  wrongCodes = 0;
  /** What it refuses every redemption with. */
  redeemRefusal: Refusal | null = null;
  /** Signed lines of its log, oldest first. */
  log: readonly string[] = [];
  /** Number of the oldest of them. */
  logFirst = 0;
  /** Changes a page of the log on its way. */
  mendLog: ((page: WatchPage | null) => unknown) | null = null;
  /** Answers about the access list that get lost. */
  lostAnswers = 0;
  /** Told of the hash of each of those requests before it is answered. */
  onAccessRequest: ((rq: string) => void) | null = null;
  /** Who redeemed the invite. */
  owner: string | null = null;
  /** Whether it answers at all. */
  isListening = true;
  /** A type of message that never reaches it. */
  deafTo: UpMessage['type'] | null = null;
  /** Replaces its answers; null leaves the usual one. */
  redeemOtherwise: ((channel: CameraChannel, request: RequestOf<'redeem'>) => Promise<void>) | null = null;
  onOffer: ((channel: CameraChannel, request: RequestOf<'offer'>) => Promise<void>) | null = null;
  onCandidate: ((body: MessageBody<'candidate'>) => void) | null = null;
  /** How its switch stands. */
  privacy: PrivacyTold = {
    ...{ off: false, until: null, why: null, hours: null, revision: 0 },
  };
  /** Pictures that are open. */
  watching = 0;

  private constructor(rendezvous: Rendezvous, identity: Identity, secret: string, gid: string) {
    this.rendezvous = rendezvous;
    this.identity = identity;
    this.secret = secret;
    this.gid = gid;
  }

  static async create(rendezvous: Rendezvous, known?: Identity): Promise<FakeCamera> {
    const identity = known ?? (await createIdentity({ extractable: false }));
    const secret = randomBase64url(16);
    const gid = await deriveInviteId(secret, identity.thumbprint);
    return new FakeCamera(rendezvous, identity, secret, gid);
  }

  get link(): string {
    const { secret, identity, linkKind: kind } = this;
    return encodeInviteLink('https://page.example/', { kind, camera: identity.thumbprint, secret });
  }

  /** What a phone with this key stores after its claim. */
  recordFor(phone: Identity): CameraRecord {
    const { identity, psk, gid } = this;
    return {
      ...{ gid, psk, camera: identity.thumbprint, cameraJwk: identity.publicJwk, phone: phone.thumbprint },
      ...{ terms: this.terms, ending: null, name: 'Porch', rendezvous: null },
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
    return this.send(channel, this.#presence(channel, state), { retain: true });
  }

  /** Says that the grant of a channel is over, and listens there no more. */
  end(channel: CameraChannel, reason: Ending): Promise<void> {
    this.isListening = false;
    return this.send(channel, { type: 'ended', body: { reason } }, { retain: true });
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
    if (channel.deliver) return channel.deliver(payload);
    await this.rendezvous.publish(channel.lanes.down.topic, payload, { retain: options.retain ?? false });
  }

  /** The usual answer to `redeem`: the first key wins, once it has brought the digits where there are any. */
  async answerRedeem(
    channel: CameraChannel,
    request: RequestOf<'redeem'>,
    as = this.identity,
  ): Promise<void> {
    const { body, hash: rq, sender } = request;
    const audience = sender.thumbprint;
    if (body.nonce !== this.nonce)
      return this.#refuse(channel, { rq, code: 'use_nonce', nonce: this.nonce }, audience);
    const refusal = this.redeemRefusal ?? this.#checkCode(body.code);
    if (refusal !== null) return this.#refuse(channel, { rq, code: refusal }, audience);
    this.owner ??= sender.thumbprint;
    if (this.owner !== sender.thumbprint)
      return this.#refuse(channel, { rq, code: 'invalid_grant' }, audience);
    const { gid, psk } = this;
    const grant = { gid, psk, terms: this.terms, camera_name: 'Porch' };
    const sealed = await sealTo(encodeUtf8(JSON.stringify(grant)), body.epk);
    await this.send(channel, { type: 'redeemed', body: { rq, sealed } }, { audience, as });
  }

  /** Takes what came up, by whichever way. */
  async receive(channel: CameraChannel, payload: Uint8Array): Promise<void> {
    const sender = channel.phone === null ? ({ type: 'introduced' } as const) : knownSender(channel.phone);
    const audience = this.identity.thumbprint;
    const options = { lane: channel.lanes.up, reader: upMessages, audience, sender };
    const opened = await openMessage(payload, options);
    const { message } = opened;
    this.heard.push(message.type);
    if (!this.isListening || message.type === this.deafTo) return;
    switch (message.type) {
      case 'hello':
        return this.send(channel, this.#presence(channel, 'online', opened.hash), {
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
      case 'lend':
      case 'list':
      case 'revoke':
      case 'amend':
      case 'log':
        return this.#answerAccess(channel, message, opened.hash);
      case 'switch':
        return this.#answerSwitch(channel, message.body, opened.hash);
      default:
        return;
    }
  }

  async #listen(secret: string, phone: PublicJwk | null, audience: string): Promise<CameraChannel> {
    const lanes = await deriveChannel(secret, this.identity.thumbprint);
    const channel = { lanes, phone, audience };
    let queue = Promise.resolve();
    await this.rendezvous.subscribe(lanes.up.topic, (payload) => {
      queue = queue.then(() => this.receive(channel, payload));
    });
    await this.announce(channel);
    return channel;
  }

  async #answerAccess(channel: CameraChannel, message: AccessRequest, rq: string): Promise<void> {
    this.onAccessRequest?.(rq);
    if (message.body.nonce !== this.nonce) {
      return this.#refuse(channel, { rq, code: 'use_nonce', nonce: this.nonce }, channel.audience);
    }
    const { type, body } = await this.#doAccess(message);
    if (this.lostAnswers > 0) {
      this.lostAnswers -= 1;
      return;
    }
    // The body is that of the type; TypeScript does not follow the spread.
    await this.send(channel, { type, body: { rq, ...body } } as Message);
  }

  async #answerSwitch(channel: CameraChannel, body: MessageBody<'switch'>, rq: string): Promise<void> {
    const { audience } = channel;
    if (body.nonce !== this.nonce)
      return this.#refuse(channel, { rq, code: 'use_nonce', nonce: this.nonce }, audience);
    const { off = this.privacy.off, hours = this.privacy.hours, revision } = body;
    const isChange = off !== this.privacy.off || hours !== this.privacy.hours;
    if (isChange && body.off !== true && revision !== this.privacy.revision)
      return this.#refuse(channel, { rq, code: 'changed' }, audience);
    const until = off ? (body.until ?? null) : null;
    this.privacy = {
      ...{ off, hours, until, why: off ? 'hand' : null },
      revision: this.privacy.revision + (isChange ? 1 : 0),
    };
    await this.send(channel, { type: 'switched', body: { rq, told: this.privacy } });
  }

  async #doAccess({ type, body }: AccessRequest) {
    switch (type) {
      case 'lend':
        return this.access.lend(body, this.identity.thumbprint);
      case 'list':
        return this.access.list(body);
      case 'revoke':
        return this.access.revoke(body);
      case 'amend':
        return this.access.amend(body);
      case 'log':
        return this.#readLog(body.before);
      default:
        return body satisfies never;
    }
  }

  #readLog(before: number | null) {
    const end = Math.max((before ?? Number.POSITIVE_INFINITY) - this.logFirst, 0);
    const page = encodeWatchPage(this.log.slice(0, end).slice(-LOG_PAGE));
    return { type: 'logged', body: { first: this.logFirst, page: this.mendLog?.(page) ?? page } } as const;
  }

  #checkCode(given: string | undefined): Refusal | null {
    if (this.code === null) return null;
    if (given === undefined) return 'needs_code';
    if (given === this.code) return null;
    this.wrongCodes += 1;
    return this.wrongCodes < MAX_WRONG_CODES ? 'wrong_code' : 'withdrawn';
  }

  #presence(channel: CameraChannel, state: 'online' | 'offline', rq?: string): Message {
    const body = { state, nonce: this.nonce, name: 'Porch', ice_servers: this.iceServers };
    const { terms, access } = this;
    const revision = hasScope(terms.scope, 'lend') ? { revision: access.revision } : {};
    const { off, until } = this.privacy;
    const news = { ...(off ? { off: { until } } : {}), watching: this.watching };
    const granted = channel.phone === null ? {} : { terms, ...revision, ...news };
    return { type: 'presence', body: { ...body, ...granted, ...(rq === undefined ? {} : { rq }) } };
  }

  #refuse(channel: CameraChannel, body: MessageBody<'refused'>, audience: string): Promise<void> {
    return this.send(channel, { type: 'refused', body }, { audience });
  }
}

function knownSender(jwk: PublicJwk) {
  return { type: 'known', jwk } as const;
}
