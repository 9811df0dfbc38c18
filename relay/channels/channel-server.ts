import { type Clock, numericDateOf } from '#shared/clock.ts';
import type { DownMessage } from '#shared/down-message.ts';
import { type Identity, type OpenedMessage, openMessage } from '#shared/envelope.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import { type UpMessage, upMessages } from '#shared/up-message.ts';
import { errorCode, type Log, shortThumbprint } from '../log.ts';
import { type ChannelSpec, channelKey } from './channel-spec.ts';
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
  /** Told of each authentic message, greetings too. */
  readonly onHeard?: (channel: Pick<ChannelSpec, 'kind' | 'entryId'>) => void;
}

/**
 * Listens on the channels of all invites and grants, keeps what the broker retains on them true, and hands on requests that
 * are authentic and fresh, one after another for each channel. Everything else is dropped without an answer.
 */
export class ChannelServer {
  readonly #options: ChannelServerOptions;
  readonly #channelOptions: ServedChannelOptions;
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
    };
    this.#stops = [
      clock.every(NONCE_PERIOD_MS, () => this.#rotate()),
      // A broker that was restarted has forgotten what it kept.
      rendezvous.onStateChange((state) => state === 'online' && this.#announceAll()),
    ];
  }

  /**
   * Makes these the camera's channels: opens what is new, changes what says something else, closes what is not among them.
   * Resolves when the broker has followed; whatever failed is said in the log and done at the next call.
   */
  async sync(specs: readonly ChannelSpec[]): Promise<void> {
    if (this.#isShutDown) return;
    const wanted = new Set(specs.map(channelKey));
    const closing = [...this.#channels.values()]
      .filter(({ key }) => !wanted.has(key))
      .map((channel) => this.#close(channel));
    await Promise.all([...closing, ...specs.map((spec) => this.#serve(spec))]);
  }

  /** Takes what came for a channel by another way than the broker; the answers go back by that way. */
  accept(at: Pick<ChannelSpec, 'kind' | 'entryId'>, payload: Uint8Array, answer: Answer): void {
    const channel = this.#channels.get(channelKey(at));
    if (channel) this.#receive(channel, payload, answer);
  }

  /** Says goodbye on every channel and stops; nothing is delivered afterwards. */
  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    for (const stop of this.#stops) stop();
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    for (const channel of channels) channel.abandon();
    const { rendezvous, identity } = this.#options;
    if (rendezvous.state !== 'online') return;
    const options = { retain: true, timeoutMs: FAREWELL_LIMIT_MS };
    await Promise.allSettled(
      channels.map((channel) => {
        const presence = this.#presence(channel.spec, 'offline');
        const audience = channel.spec.holder ?? identity.thumbprint;
        return presence === null ? null : channel.send(presence, audience, options);
      }),
    );
  }

  async #serve(spec: ChannelSpec): Promise<void> {
    const open = this.#channels.get(channelKey(spec));
    if (open && isSame(open.spec, spec)) return;
    const channel = open ?? new ServedChannel(spec, this.#channelOptions);
    this.#channels.set(channel.key, channel);
    try {
      await channel.apply(spec);
    } catch (error) {
      this.#warn('channel not opened', channel, error);
      if (channel.isListening || !channel.isLive) return;
      channel.abandon();
      this.#channels.delete(channel.key);
    }
  }

  async #close(channel: ServedChannel): Promise<void> {
    this.#channels.delete(channel.key);
    try {
      await channel.close();
    } catch (error) {
      this.#warn('channel not closed', channel, error);
    }
  }

  #receive(channel: ServedChannel, payload: Uint8Array, answer: Answer | null = null): void {
    const key = channel.lanes?.up.key;
    if (!key || !channel.isLive || channel.pending >= MAX_PENDING || !isSealedWith(key, payload)) return;
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
    this.#options.onHeard?.(spec);
    const reply = async (message: DownMessage) =>
      answer
        ? answer(await channel.seal(message, sender.thumbprint))
        : channel.send(message, sender.thumbprint);
    if (message.type === 'hello') {
      const presence = this.#presence(channel.spec, 'online', hash);
      return presence === null ? undefined : reply(presence);
    }
    const verdict = this.#freshness.check(message.body.nonce, channel.key, id);
    if (verdict === 'replayed') return;
    if (verdict === 'stale') {
      return reply({ type: 'refused', body: { rq: hash, code: 'use_nonce', nonce: this.#freshness.nonce } });
    }
    await this.#options.onRequest({ request: message, channel: spec, sender, hash, reply });
  }

  #rotate(): void {
    this.#freshness.rotate();
    this.#announceAll();
  }

  #announceAll(): void {
    for (const channel of this.#channels.values()) {
      channel.announce().catch((error: unknown) => this.#warn('presence not published', channel, error));
    }
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
