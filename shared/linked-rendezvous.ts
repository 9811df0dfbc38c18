import { backoffMs } from './backoff.ts';
import { type ConnectionEvent, type ConnectionState, reduceConnection } from './connection-state.ts';
import { Outbox, type PendingPublish } from './outbox.ts';
import type {
  MessageListener,
  PublishOptions,
  Rendezvous,
  RendezvousAddress,
  RendezvousState,
  Unsubscribe,
} from './rendezvous.ts';
import { RendezvousError } from './rendezvous-error.ts';
import {
  DIAL_TIMEOUT_MS,
  KEEPALIVE_GRACE_MS,
  KEEPALIVE_MS,
  MAX_PAYLOAD_BYTES,
  MAX_PENDING_PUBLISHES,
  MAX_TOPICS,
  PUBLISH_TIMEOUT_MS,
  RECONNECT_BASE_MS,
  RECONNECT_CAP_MS,
  TOPICS_PER_SUBSCRIBE,
} from './rendezvous-limits.ts';
import type { Link, OpenLink } from './rendezvous-link.ts';
import { type Subscriber, TopicListeners } from './topic-listeners.ts';

/** What the outside world gives a rendezvous. */
export interface RendezvousEffects {
  readonly openLink: OpenLink;
  /** Uniform in [0, 1): spreads reconnections. */
  random(): number;
  /** A clock that only runs forward, in milliseconds. */
  now(): number;
  /** Calls back once after `ms`; the returned function prevents that. */
  schedule(callback: () => void, ms: number): () => void;
  /** Told of an error in a listener, which nobody else would see. */
  report(error: unknown): void;
  /** Told why a link ended, for the log; the next is dialled all the same. */
  onLost?(error: RendezvousError, address: RendezvousAddress): void;
}

/** A `Rendezvous` over one link after another: dials, dials again, subscribes and sends again what was lost. */
export class LinkedRendezvous implements Rendezvous {
  readonly #addresses: readonly RendezvousAddress[];
  readonly #effects: RendezvousEffects;
  readonly #outbox = new Outbox();
  readonly #listeners = new TopicListeners();
  readonly #stateListeners = new Set<(state: RendezvousState) => void>();
  #connection: ConnectionState = { state: 'waiting', failures: 0 };
  #link: Link | null = null;
  /** Acknowledgements this link owes us, for publishes given up as well. */
  #owed = 0;
  /** Ends the wait of the present state: to dial, to give up dialling, or to ask for a sign of life. */
  #cancelTimer: () => void = () => undefined;
  /** Those who wait for a sign of life. */
  readonly #probes = new Set<() => void>();

  /**
   * Starts dialling the first of `addresses`, in order of preference: all are entrances to one broker or cluster.
   * @throws TypeError on an empty list.
   */
  constructor(addresses: readonly RendezvousAddress[], effects: RendezvousEffects) {
    if (addresses.length === 0) throw new TypeError('a rendezvous needs an address');
    this.#addresses = addresses;
    this.#effects = effects;
    this.#dial();
  }

  get state(): RendezvousState {
    const { state } = this.#connection;
    return state === 'online' || state === 'closed' ? state : 'connecting';
  }

  onStateChange(listener: (state: RendezvousState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  async subscribe(
    topic: string,
    listener: MessageListener,
    options: { signal?: AbortSignal } = {},
  ): Promise<Unsubscribe> {
    options.signal?.throwIfAborted();
    this.#assertOpen();
    if (this.#listeners.size >= MAX_TOPICS) throw new RendezvousError('busy', 'too many topics');
    const subscriber: Subscriber = { listener };
    const unsubscribe = () => this.#unsubscribe(topic, subscriber);
    const granted = settled(options.signal, (settle) => {
      subscriber.settle = settle;
    });
    this.#listeners.add(topic, subscriber);
    if (this.#connection.state === 'online') this.#subscribeTo([topic]);
    try {
      await granted;
    } catch (error) {
      unsubscribe();
      throw error;
    }
    return unsubscribe;
  }

  async publish(topic: string, payload: Uint8Array, options: PublishOptions = {}): Promise<void> {
    const { retain = false, timeoutMs = PUBLISH_TIMEOUT_MS, signal } = options;
    signal?.throwIfAborted();
    this.#assertOpen();
    if (payload.length > MAX_PAYLOAD_BYTES) throw new RendezvousError('too_large', 'message too large');
    if (this.#outbox.size >= MAX_PENDING_PUBLISHES) throw new RendezvousError('busy', 'too many publishes');
    let settle: (error: unknown) => void = () => undefined;
    const acknowledged = settled(signal, (set) => {
      settle = set;
    });
    const entry = this.#outbox.add({ topic, payload, retain }, settle);
    const giveUp = () => entry.settle(new RendezvousError('offline', 'no acknowledgement in time'));
    const cancel = this.#effects.schedule(giveUp, timeoutMs);
    if (this.#connection.state === 'online') this.#send(entry);
    try {
      await acknowledged;
    } catch (error) {
      entry.settle(error);
      throw error;
    } finally {
      cancel();
    }
  }

  async probe(timeoutMs: number): Promise<void> {
    if (this.#connection.state === 'waiting') this.#dial();
    if (this.#connection.state !== 'online') return;
    await new Promise<void>((resolve) => {
      const cancel = this.#effects.schedule(() => this.#giveUp(), timeoutMs);
      this.#probes.add(() => {
        cancel();
        resolve();
      });
      this.#link?.ping();
    });
  }

  async close(): Promise<void> {
    if (this.#connection.state === 'closed') return;
    this.#letGo();
    this.#reduce({ type: 'close' });
    const error = new RendezvousError('closed', 'rendezvous closed');
    this.#outbox.clear(error);
    this.#listeners.clear(error);
    this.#stateListeners.clear();
  }

  #assertOpen(): void {
    if (this.#connection.state === 'closed') throw new RendezvousError('closed', 'rendezvous closed');
  }

  #dial(): void {
    this.#cancelTimer();
    this.#reduce({ type: 'dial' });
    if (this.#connection.state !== 'dialling') return;
    const address = this.#addresses[this.#connection.failures % this.#addresses.length];
    if (address === undefined) return;
    this.#link = this.#effects.openLink(address, {
      onOpen: () => this.#opened(),
      onMessage: (topic, payload, isRetained) => this.#deliver(topic, payload, isRetained),
      onAlive: () => this.#alive(),
      onLost: (error) => {
        this.#effects.onLost?.(error, address);
        this.#lose();
      },
    });
    this.#cancelTimer = this.#effects.schedule(() => this.#lose(), DIAL_TIMEOUT_MS);
  }

  #opened(): void {
    this.#cancelTimer();
    this.#keepAlive();
    this.#subscribeTo(this.#listeners.topics);
    for (const entry of this.#outbox.entries) this.#send(entry);
    // Last: a listener that subscribes or publishes on hearing of it must not have that sent twice.
    this.#reduce({ type: 'opened', atMs: this.#effects.now() });
  }

  #keepAlive(): void {
    this.#cancelTimer = this.#effects.schedule(() => {
      this.#keepAlive();
      this.probe(KEEPALIVE_GRACE_MS).catch(this.#effects.report);
    }, KEEPALIVE_MS);
  }

  /** The link is dead: dials the next address after a wait. */
  #lose(): void {
    this.#letGo();
    this.#reduce({ type: 'lost', atMs: this.#effects.now() });
    if (this.#connection.state !== 'waiting') return;
    const rounds = Math.floor(this.#connection.failures / this.#addresses.length);
    const backoff = { baseMs: RECONNECT_BASE_MS, capMs: RECONNECT_CAP_MS, random: this.#effects.random };
    this.#cancelTimer = this.#effects.schedule(() => this.#dial(), backoffMs(rounds, backoff));
  }

  /** The link is taken for dead: dials anew at once. */
  #giveUp(): void {
    this.#letGo();
    this.#reduce({ type: 'given_up' });
    if (this.#connection.state === 'waiting') this.#dial();
  }

  #letGo(): void {
    this.#cancelTimer();
    this.#link?.close();
    this.#link = null;
    this.#owed = 0;
    this.#alive();
  }

  #alive(): void {
    for (const resolve of this.#probes) resolve();
    this.#probes.clear();
  }

  #subscribeTo(topics: readonly string[]): void {
    for (let at = 0; at < topics.length; at += TOPICS_PER_SUBSCRIBE) {
      const some = topics.slice(at, at + TOPICS_PER_SUBSCRIBE);
      this.#link?.subscribe(some, (granted) => {
        for (const [index, topic] of some.entries()) this.#listeners.answer(topic, granted[index] === true);
      });
    }
  }

  #unsubscribe(topic: string, subscriber: Subscriber): void {
    const wasLast = this.#listeners.remove(topic, subscriber);
    if (wasLast && this.#connection.state === 'online') this.#link?.unsubscribe(topic);
  }

  /** A broker that answers pings and acknowledges nothing would have us remember every packet identifier. */
  #send(entry: PendingPublish): void {
    const link = this.#link;
    if (this.#owed >= MAX_PENDING_PUBLISHES * 2) {
      this.#lose();
      return;
    }
    this.#owed++;
    this.#outbox.send(entry, (message, acknowledged) =>
      link?.publish(message, () => {
        if (link === this.#link) this.#owed--;
        acknowledged();
      }),
    );
  }

  #deliver(topic: string, payload: Uint8Array, isRetained: boolean): void {
    for (const listener of this.#listeners.listenersOf(topic)) {
      this.#guard(() => listener(payload, { isRetained }));
    }
  }

  #reduce(event: ConnectionEvent): void {
    const before = this.state;
    this.#connection = reduceConnection(this.#connection, event);
    const after = this.state;
    if (before === after) return;
    for (const listener of [...this.#stateListeners]) this.#guard(() => listener(after));
  }

  /** A listener's mistake is its own: the next one still gets the message. */
  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#effects.report(error);
    }
  }
}

/** A promise settled from outside, or rejected with the signal's reason. */
function settled(
  signal: AbortSignal | undefined,
  expose: (settle: (error: unknown) => void) => void,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const abort = () => reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    expose((error) => {
      signal?.removeEventListener('abort', abort);
      if (error === null) resolve();
      else reject(error);
    });
  });
}
