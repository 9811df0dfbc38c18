import { type Clock, numericDateOf } from '#shared/clock.ts';
import type { DownMessage } from '#shared/down-message.ts';
import { type Identity, type OpenedMessage, openMessage } from '#shared/envelope.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import { type UpMessage, upMessages } from '#shared/up-message.ts';
import { errorCode, type Log, shortThumbprint } from '../log.ts';
import type { ChannelSpec } from './channel-spec.ts';
import { FreshnessGuard } from './freshness.ts';
import { isSealedWith } from './seal-check.ts';
import { ServedChannel, type ServedChannelOptions } from './served-channel.ts';

/** Long enough that a phone seldom needs `use_nonce`, short enough that the replay memory stays small. */
const NONCE_PERIOD_MS = 5 * 60_000;
/** Whoever stops the relay waits for this; a phone that misses the farewell finds out by asking. */
const FAREWELL_LIMIT_MS = 1_000;
/** A phone has a handful of messages in flight; more than this on one channel is a flood. */
const MAX_PENDING = 32;

/** A message from a phone that is fresh, and not a greeting: something the camera must act on. */
export type Request = Exclude<UpMessage, { type: 'hello' }>;

/** A request and the way back to whoever made it. */
export interface Incoming {
  readonly request: Request;
  /** The channel it came on. */
  readonly channel: Pick<ChannelSpec, 'kind' | 'entryId'>;
  readonly sender: OpenedMessage['sender'];
  /** `rq` of every answer. */
  readonly hash: string;
  /** Sends a message back, sealed for this channel; resolves once the rendezvous has it. */
  reply(message: DownMessage): Promise<void>;
}

/** Takes an answer back by the way that the request came. */
export type Answer = (payload: Uint8Array) => void;

export type RequestHandler = (incoming: Incoming) => Promise<void>;

export interface ChannelServerOptions {
  readonly identity: Identity;
  readonly rendezvous: Rendezvous;
  readonly clock: Clock;
  readonly log: Log;
  readonly onRequest: RequestHandler;
  /** Hears each announcement too, for whoever has another way to the phone. */
  readonly onAnnounced?: (channel: Pick<ChannelSpec, 'kind' | 'entryId'>, payload: Uint8Array) => void;
  /** Told of each authentic and fresh request: greetings can be recorded, and repeated for ever. */
  readonly onHeard?: (channel: Pick<ChannelSpec, 'kind' | 'entryId'>) => void;
}

/**
 * Listens on the channels of all invites and grants, keeps what the broker retains on them true, and hands on requests that
 * are authentic and fresh, one after another for each channel. Everything else is dropped without an answer.
 */
export class ChannelServer {
  readonly #options: ChannelServerOptions;
  readonly #channelOptions: ServedChannelOptions;
  /** By their secrets. */
  readonly #channels = new Map<string, ServedChannel>();
  readonly #freshness = new FreshnessGuard();
  readonly #stops: readonly (() => void)[];
  #isShutDown = false;

  constructor(options: ChannelServerOptions) {
    const { identity, rendezvous, clock } = options;
    this.#options = options;
    this.#channelOptions = {
      ...{ identity, rendezvous, now: () => numericDateOf(clock) },
      onPayload: (channel, payload) => this.#receive(channel, payload),
      announcementOf: (spec) => this.#announcementOf(spec),
      onAnnounced: (spec, payload) => options.onAnnounced?.(spec, payload),
      onFailure: (channel, error) => this.#warn('channel out of step', channel, error),
    };
    this.#stops = [
      clock.every(NONCE_PERIOD_MS, () => this.#rotate()),
      // A broker that was restarted has forgotten what it kept.
      rendezvous.onStateChange((state) => state === 'online' && this.#announceAll()),
    ];
  }

  /**
   * Makes these the camera's channels: opens what is new, changes what says something else, closes what is not among them.
   * It counts at once; the broker follows when it can, and what failed is tried again at the next call.
   */
  sync(specs: readonly ChannelSpec[]): void {
    if (this.#isShutDown) return;
    const wanted = new Map(specs.map((spec) => [spec.secret, spec]));
    for (const [secret, channel] of this.#channels) if (!wanted.has(secret)) this.#close(secret, channel);
    for (const spec of wanted.values()) this.#serve(spec);
  }

  /** Resolves when the broker has followed on one channel, or on all of them, or failed to. */
  async settled(of?: Pick<ChannelSpec, 'kind' | 'entryId'>): Promise<void> {
    const channels = of === undefined ? [...this.#channels.values()] : this.#at(of);
    await Promise.all(channels.map((channel) => channel.settled()));
  }

  /** Takes what came for a channel by another way than the broker; the answers go back by that way. */
  accept(at: Pick<ChannelSpec, 'kind' | 'entryId'>, payload: Uint8Array, answer: Answer): void {
    for (const channel of this.#at(at)) this.#receive(channel, payload, answer);
  }

  /** Says goodbye on every channel and stops; nothing is delivered afterwards. */
  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    for (const stop of this.#stops) stop();
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    for (const channel of channels) channel.abandon();
    if (this.#options.rendezvous.state !== 'online') return;
    await Promise.allSettled(channels.map((channel) => this.#sayGoodbye(channel)));
  }

  #at({ kind, entryId }: Pick<ChannelSpec, 'kind' | 'entryId'>): readonly ServedChannel[] {
    return [...this.#channels.values()].filter(({ spec }) => spec.kind === kind && spec.entryId === entryId);
  }

  async #sayGoodbye(channel: ServedChannel): Promise<void> {
    const timeoutMs = FAREWELL_LIMIT_MS;
    if (channel.isClosed) return channel.clear({ timeoutMs });
    const presence = this.#presence(channel.spec, 'offline');
    const audience = channel.spec.holder ?? this.#options.identity.thumbprint;
    if (presence !== null) await channel.send(presence, audience, { retain: true, timeoutMs });
  }

  #serve(spec: ChannelSpec): void {
    const channel = this.#channels.get(spec.secret);
    if (!channel) this.#channels.set(spec.secret, new ServedChannel(spec, this.#channelOptions));
    else if (channel.isClosed || !isSame(channel.spec, spec)) channel.apply(spec);
    else this.#retry(channel);
  }

  #close(secret: string, channel: ServedChannel): void {
    if (channel.isGone) this.#channels.delete(secret);
    else if (channel.isClosed) this.#retry(channel);
    else channel.close();
  }

  /** While the broker is away there is no use in trying; when it comes back all is said again. */
  #retry(channel: ServedChannel): void {
    if (channel.hasFailed && this.#options.rendezvous.state === 'online') channel.follow();
  }

  #receive(channel: ServedChannel, payload: Uint8Array, answer: Answer | null = null): void {
    const key = channel.lanes?.up.key;
    if (!key || !channel.isLive || channel.pending >= MAX_PENDING || !isSealedWith(key, payload)) return;
    if (!channel.intake.takes(answer ? 'session' : 'broker', this.#options.clock.nowMs())) return;
    channel.pending += 1;
    channel.queue = channel.queue.then(async () => {
      try {
        await this.#handle(channel, payload, answer);
      } catch (error) {
        this.#warn('request dropped', channel, error);
      } finally {
        channel.pending -= 1;
      }
    });
  }

  async #handle(channel: ServedChannel, payload: Uint8Array, answer: Answer | null): Promise<void> {
    const { spec, lanes } = channel;
    if (lanes === null) return;
    const audience = this.#options.identity.thumbprint;
    const options = { lane: lanes.up, reader: upMessages, audience, sender: spec.sender };
    const { message, hash, sender, id } = await openMessage(payload, options);
    // Ended while the message was being opened: a revoked phone gets nothing more.
    if (!channel.isLive) return;
    const reply = async (message: DownMessage) =>
      answer
        ? answer(await channel.seal(message, sender.thumbprint))
        : channel.send(message, sender.thumbprint);
    if (message.type === 'hello') {
      const presence = this.#presence(channel.spec, 'online', hash);
      return presence === null ? undefined : reply(presence);
    }
    const verdict = this.#freshness.check(message.body.nonce, spec.secret, id);
    if (verdict === 'replayed') return;
    if (verdict === 'stale') {
      return reply({ type: 'refused', body: { rq: hash, code: 'use_nonce', nonce: this.#freshness.nonce } });
    }
    this.#options.onHeard?.(spec);
    await this.#options.onRequest({ request: message, channel: spec, sender, hash, reply });
  }

  #rotate(): void {
    this.#freshness.rotate();
    if (this.#options.rendezvous.state === 'online') this.#announceAll();
  }

  #announceAll(): void {
    for (const channel of this.#channels.values()) channel.follow();
  }

  #announcementOf(spec: ChannelSpec): DownMessage {
    const { standing } = spec;
    return (
      this.#presence(spec, 'online') ?? {
        type: 'ended',
        body: { reason: standing.type === 'ended' ? standing.reason : 'revoked' },
      }
    );
  }

  /** Null on a channel that has ended. */
  #presence({ standing }: ChannelSpec, state: 'online' | 'offline', rq?: string): DownMessage | null {
    if (standing.type === 'ended') return null;
    const body = { ...standing.presence, state, nonce: this.#freshness.nonce };
    return { type: 'presence', body: rq === undefined ? body : { ...body, rq } };
  }

  #warn(event: string, { spec }: ServedChannel, error: unknown): void {
    this.#options.log.warn(event, { [spec.kind]: shortThumbprint(spec.entryId), code: errorCode(error) });
  }
}

function isSame(a: ChannelSpec, b: ChannelSpec): boolean {
  return JSON.stringify(a.standing) === JSON.stringify(b.standing);
}
