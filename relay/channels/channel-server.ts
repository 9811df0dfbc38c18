import { type Channel, deriveChannel } from '#shared/channel.ts';
import { type Clock, numericDateOf } from '#shared/clock.ts';
import {
  type ExpectedSender,
  type Identity,
  type OpenedMessage,
  openMessage,
  sealMessage,
} from '#shared/envelope.ts';
import type { IceServer, Message, MessageBody } from '#shared/message.ts';
import type { PublishOptions, Rendezvous, Unsubscribe } from '#shared/rendezvous.ts';
import { errorCode, type Log, shortThumbprint } from '../log.ts';
import { FreshnessGuard } from './freshness.ts';
import { isSealedWith } from './seal-check.ts';

/** Long enough that a phone seldom needs `use_nonce`, short enough that the replay memory stays small. */
const NONCE_PERIOD_MS = 5 * 60_000;
/** Whoever stops the relay waits for this; a phone that misses the farewell finds out by asking. */
const FAREWELL_LIMIT_MS = 1_000;
/** A phone has a handful of messages in flight; more than this on one channel is a flood. */
const MAX_PENDING = 32;

/** A channel the camera listens on: that of an invite or of a grant. */
export interface ChannelSpec {
  /** Grant or invite id, for the log and for `close`. */
  readonly id: string;
  /** Base64url secret it is derived from. */
  readonly secret: string;
  readonly sender: ExpectedSender;
  /** Thumbprint of the phone it belongs to; null for an invite, which whoever holds it may use. */
  readonly holder: string | null;
  /** What `presence` says on it. */
  readonly name: string;
  readonly iceServers: readonly IceServer[];
}

/** A message from a phone that is fresh, and not a greeting: something the camera must act on. */
export type Request = Extract<Message, { type: 'redeem' | 'offer' | 'candidate' | 'leave' }>;

/** A request and the way back to whoever made it. */
export interface Incoming {
  readonly request: Request;
  readonly channelId: string;
  readonly sender: OpenedMessage['sender'];
  /** `rq` of every answer. */
  readonly hash: string;
  /** Sends a message back, sealed for this channel; resolves once the rendezvous has it. */
  reply(message: Message): Promise<void>;
}

export type RequestHandler = (incoming: Incoming) => Promise<void>;

export interface ChannelServerOptions {
  readonly identity: Identity;
  readonly rendezvous: Rendezvous;
  readonly clock: Clock;
  readonly log: Log;
  readonly onRequest: RequestHandler;
}

interface OpenChannel {
  readonly spec: ChannelSpec;
  readonly lanes: Channel;
  unsubscribe: Unsubscribe | null;
  pending: number;
  queue: Promise<void>;
  /** Settles with the subscription and the first presence. */
  ready: Promise<void>;
  isClosed: boolean;
}

/**
 * Listens on the channels of all invites and grants, keeps their retained presence true, and hands on requests that are
 * authentic and fresh, one after another for each channel. Everything else is dropped without an answer.
 */
export class ChannelServer {
  readonly #options: ChannelServerOptions;
  readonly #channels = new Map<string, OpenChannel>();
  readonly #freshness = new FreshnessGuard();
  readonly #stops: readonly (() => void)[];

  constructor(options: ChannelServerOptions) {
    this.#options = options;
    this.#stops = [
      options.clock.every(NONCE_PERIOD_MS, () => this.#rotate()),
      // A broker that was restarted has forgotten what it kept.
      options.rendezvous.onStateChange((state) => state === 'online' && this.#announceAll()),
    ];
  }

  /**
   * Starts to listen on a channel; resolves when the rendezvous delivers what is sent there. One that is open stays as it
   * is; one that could not be opened may be tried again.
   */
  async open(spec: ChannelSpec): Promise<void> {
    const lanes = await deriveChannel(spec.secret, this.#options.identity.thumbprint);
    const open = this.#channels.get(spec.id);
    if (open) return open.ready;
    const channel: OpenChannel = {
      spec,
      lanes,
      unsubscribe: null,
      pending: 0,
      queue: Promise.resolve(),
      ready: Promise.resolve(),
      isClosed: false,
    };
    this.#channels.set(spec.id, channel);
    channel.ready = this.#listen(channel);
    return channel.ready;
  }

  /** Stops listening: what is sent there from now on reaches nobody. Clears what the broker kept. */
  async close(id: string): Promise<void> {
    const channel = this.#channels.get(id);
    if (!channel) return;
    this.#channels.delete(id);
    channel.isClosed = true;
    channel.unsubscribe?.();
    await this.#options.rendezvous.publish(channel.lanes.down.topic, new Uint8Array(), { retain: true });
  }

  /** Says goodbye on every channel and stops; nothing is delivered afterwards. */
  async shutdown(): Promise<void> {
    for (const stop of this.#stops) stop();
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    for (const channel of channels) channel.unsubscribe?.();
    if (this.#options.rendezvous.state !== 'online') return;
    const farewell = { timeoutMs: FAREWELL_LIMIT_MS };
    await Promise.allSettled(channels.map((channel) => this.#announce(channel, 'offline', farewell)));
  }

  async #listen(channel: OpenChannel): Promise<void> {
    const { rendezvous } = this.#options;
    try {
      const unsubscribe = await rendezvous.subscribe(channel.lanes.up.topic, (payload) =>
        this.#receive(channel, payload),
      );
      if (!this.#isOpen(channel)) return unsubscribe();
      channel.unsubscribe = unsubscribe;
    } catch (error) {
      if (this.#isOpen(channel)) this.#channels.delete(channel.spec.id);
      throw error;
    }
    await this.#announce(channel, 'online');
  }

  #isOpen(channel: OpenChannel): boolean {
    return this.#channels.get(channel.spec.id) === channel;
  }

  #receive(channel: OpenChannel, payload: Uint8Array): void {
    if (channel.pending >= MAX_PENDING || !isSealedWith(channel.lanes.up.key, payload)) return;
    channel.pending += 1;
    channel.queue = channel.queue.then(async () => {
      try {
        await this.#handle(channel, payload);
      } catch (error) {
        const channelId = shortThumbprint(channel.spec.id);
        this.#options.log.warn('request dropped', { channel: channelId, code: errorCode(error) });
      } finally {
        channel.pending -= 1;
      }
    });
  }

  async #handle(channel: OpenChannel, payload: Uint8Array): Promise<void> {
    const { spec, lanes } = channel;
    const audience = this.#options.identity.thumbprint;
    const opened = await openMessage(payload, { lane: lanes.up, audience, sender: spec.sender });
    // Closed while the message was being opened: a revoked phone gets nothing more.
    if (!this.#isOpen(channel)) return;
    const { message, hash, sender, id } = opened;
    const reply = (answer: Message) => this.#send(channel, answer, sender.thumbprint);
    if (message.type === 'hello')
      return reply({ type: 'presence', body: this.#presence(spec, 'online', hash) });
    if (!isRequest(message)) return;
    const verdict = this.#freshness.check(message.body.nonce, spec.id, id);
    if (verdict === 'replayed') return;
    if (verdict === 'stale') {
      return reply({ type: 'refused', body: { rq: hash, code: 'use_nonce', nonce: this.#freshness.nonce } });
    }
    await this.#options.onRequest({ request: message, channelId: spec.id, sender, hash, reply });
  }

  #rotate(): void {
    this.#freshness.rotate();
    this.#announceAll();
  }

  #announceAll(): void {
    for (const channel of this.#channels.values()) {
      this.#announce(channel, 'online').catch((error: unknown) => {
        this.#options.log.warn('presence not published', { code: errorCode(error) });
      });
    }
  }

  #presence(spec: ChannelSpec, state: 'online' | 'offline', rq?: string): MessageBody<'presence'> {
    const { name, iceServers } = spec;
    const body = { state, nonce: this.#freshness.nonce, name, ice_servers: [...iceServers] };
    return rq === undefined ? body : { ...body, rq };
  }

  /** On an invite's channel nobody is known yet: its presence is addressed to the camera's own name. */
  #announce(
    channel: OpenChannel,
    state: 'online' | 'offline',
    options: { timeoutMs?: number } = {},
  ): Promise<void> {
    const message: Message = { type: 'presence', body: this.#presence(channel.spec, state) };
    const audience = channel.spec.holder ?? this.#options.identity.thumbprint;
    return this.#send(channel, message, audience, { retain: true, ...options });
  }

  async #send(
    channel: OpenChannel,
    message: Message,
    audience: string,
    options: PublishOptions = {},
  ): Promise<void> {
    const { identity, clock, rendezvous } = this.#options;
    const { payload } = await sealMessage(message, {
      identity,
      audience,
      lane: channel.lanes.down,
      introduce: channel.spec.sender.type === 'introduced',
      issuedAt: numericDateOf(clock),
    });
    // Closed while it was being sealed: the broker would keep it for somebody who is no longer let in.
    if (options.retain && channel.isClosed) return;
    await rendezvous.publish(channel.lanes.down.topic, payload, options);
  }
}

function isRequest(message: Message): message is Request {
  return ['redeem', 'offer', 'candidate', 'leave'].includes(message.type);
}
