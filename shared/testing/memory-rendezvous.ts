import type { MessageListener, Rendezvous, RendezvousState } from '#shared/rendezvous.ts';
import { RendezvousError } from '#shared/rendezvous-error.ts';

/** One message that reached the broker. */
export interface Publication {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly isRetained: boolean;
}

/** What the broker, who is trusted with nothing, does with a publication. */
export type BrokerVerdict = 'deliver' | 'drop' | 'repeat';

/** A connection that a test can cut. */
export interface MemoryRendezvous extends Rendezvous {
  /**
   * Cuts or restores this connection. While cut, publishing fails with `offline` and nothing arrives;
   * afterwards the subscriptions stand again and the retained messages come again.
   */
  setOnline(isOnline: boolean): void;
}

/** A broker for tests: it may drop and repeat, and it shows everything that it was given. */
export interface MemoryBroker {
  /** A new connection, `online` at once unless the broker is down. */
  connect(): MemoryRendezvous;
  /** Stops or starts the broker for every connection. Retained messages survive. */
  setOnline(isOnline: boolean): void;
  /** Decides on every publication from now on; `null` delivers all. */
  intercept(decide: ((publication: Publication) => BrokerVerdict) | null): void;
  /** Publishes as a stranger or as the broker itself, past any interception. */
  inject(topic: string, payload: Uint8Array, options?: { retain?: boolean }): void;
  /** Everything published so far, oldest first, whatever became of it. */
  readonly published: readonly Publication[];
  /** Topics that somebody is subscribed to. */
  subscribedTopics(): string[];
}

/** A broker within this process; delivery is asynchronous and in order. */
export function createMemoryBroker(): MemoryBroker {
  return new InMemoryBroker();
}

class InMemoryBroker implements MemoryBroker {
  readonly published: Publication[] = [];
  readonly #connections = new Set<MemoryConnection>();
  readonly #retained = new Map<string, Uint8Array>();
  #decide: ((publication: Publication) => BrokerVerdict) | null = null;
  isOnline = true;

  connect(): MemoryRendezvous {
    const connection = new MemoryConnection(this);
    this.#connections.add(connection);
    return connection;
  }

  setOnline(isOnline: boolean): void {
    this.isOnline = isOnline;
    for (const connection of this.#connections) connection.refresh();
  }

  intercept(decide: ((publication: Publication) => BrokerVerdict) | null): void {
    this.#decide = decide;
  }

  inject(topic: string, payload: Uint8Array, options: { retain?: boolean } = {}): void {
    this.#deliver({ topic, payload: payload.slice(), isRetained: options.retain ?? false });
  }

  accept(publication: Publication): void {
    this.published.push(publication);
    const verdict = this.#decide?.(publication) ?? 'deliver';
    if (verdict === 'drop') return;
    this.#deliver(publication);
    if (verdict === 'repeat') this.#deliver(publication);
  }

  retainedOn(topic: string): Uint8Array | undefined {
    return this.#retained.get(topic);
  }

  forget(connection: MemoryConnection): void {
    this.#connections.delete(connection);
  }

  subscribedTopics(): string[] {
    return [...new Set([...this.#connections].flatMap((connection) => connection.topics()))];
  }

  #deliver({ topic, payload, isRetained }: Publication): void {
    if (isRetained && payload.byteLength === 0) this.#retained.delete(topic);
    else if (isRetained) this.#retained.set(topic, payload);
    // A live subscriber sees a retained publication as an ordinary one (MQTT 3.1.1 §3.3.1.3).
    for (const connection of this.#connections) connection.deliver(topic, payload, { isRetained: false });
  }
}

class MemoryConnection implements MemoryRendezvous {
  readonly #broker: InMemoryBroker;
  readonly #listeners = new Map<string, Set<MessageListener>>();
  readonly #stateListeners = new Set<(state: RendezvousState) => void>();
  #isCut = false;
  #state: RendezvousState;

  constructor(broker: InMemoryBroker) {
    this.#broker = broker;
    this.#state = broker.isOnline ? 'online' : 'connecting';
  }

  get state(): RendezvousState {
    return this.#state;
  }

  setOnline(isOnline: boolean): void {
    this.#isCut = !isOnline;
    this.refresh();
  }

  /** Takes over what became of the broker and of the line to it. */
  refresh(): void {
    if (this.#state === 'closed') return;
    const next = this.#broker.isOnline && !this.#isCut ? 'online' : 'connecting';
    if (next === this.#state) return;
    this.#setState(next);
    if (next === 'online') for (const topic of this.topics()) this.#sendRetained(topic);
  }

  onStateChange(listener: (state: RendezvousState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  async subscribe(topic: string, listener: MessageListener, options: { signal?: AbortSignal } = {}) {
    await this.#untilOnline(options.signal);
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    this.#sendRetained(topic, listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(topic);
    };
  }

  async publish(
    topic: string,
    payload: Uint8Array,
    options: { retain?: boolean; signal?: AbortSignal } = {},
  ) {
    options.signal?.throwIfAborted();
    if (this.#state !== 'online') throw new RendezvousError('offline', 'the memory broker is out of reach');
    this.#broker.accept({ topic, payload: payload.slice(), isRetained: options.retain ?? false });
  }

  async probe(): Promise<void> {
    this.refresh();
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#broker.forget(this);
    this.#listeners.clear();
    this.#setState('closed');
  }

  topics(): string[] {
    return [...this.#listeners.keys()];
  }

  deliver(topic: string, payload: Uint8Array, meta: { isRetained: boolean }, only?: MessageListener): void {
    if (this.#state !== 'online') return;
    for (const listener of [...(this.#listeners.get(topic) ?? [])]) {
      if (only !== undefined && listener !== only) continue;
      // Later, as from a socket; and not to one who unsubscribed meanwhile.
      void Promise.resolve().then(() => {
        if (this.#listeners.get(topic)?.has(listener)) listener(payload.slice(), meta);
      });
    }
  }

  #sendRetained(topic: string, only?: MessageListener): void {
    const payload = this.#broker.retainedOn(topic);
    if (payload !== undefined) this.deliver(topic, payload, { isRetained: true }, only);
  }

  #setState(state: RendezvousState): void {
    this.#state = state;
    for (const listener of [...this.#stateListeners]) listener(state);
  }

  #untilOnline(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#state === 'online') return Promise.resolve();
    return new Promise((resolve, reject) => {
      const stop = this.onStateChange((state) => {
        stop();
        if (state === 'online') resolve();
        else reject(new RendezvousError('offline', 'the memory connection was closed'));
      });
      signal?.addEventListener('abort', () => {
        stop();
        reject(signal.reason);
      });
    });
  }
}
