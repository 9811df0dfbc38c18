import { Readable } from 'node:stream';
import type { RendezvousLimits } from './limits.ts';

/** What aedes hands over and gets back. */
export interface RetainedPacket {
  readonly cmd: 'publish';
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
}

interface RetainedEntry extends RetainedPacket {
  readonly address: string;
}

/**
 * Retained messages in memory, by exact topic, within bounds. Full, it forgets the oldest message of the address that
 * has most of them: who floods loses their own.
 */
export class RetainedStore {
  readonly #limits: RendezvousLimits;
  readonly #byTopic = new Map<string, RetainedEntry>();
  /** Topics by address, oldest first. */
  readonly #topics = new Map<string, Set<string>>();
  #bytes = 0;

  constructor(limits: RendezvousLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#byTopic.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps `packet` on the account of `address`; an empty payload clears its topic (MQTT 3.1.1 §3.3.1.3). */
  set(packet: RetainedPacket, address: string): void {
    const { topic, payload, qos } = packet;
    this.#delete(topic);
    if (payload.length === 0) return;
    // A copy: the payload is a view of a larger read buffer.
    const entry: RetainedEntry = { cmd: 'publish', topic, payload: Buffer.from(payload), qos, address };
    this.#byTopic.set(topic, entry);
    const own = this.#topics.get(address) ?? new Set();
    this.#topics.set(address, own.add(topic));
    this.#bytes += payload.length;
    if (own.size > this.#limits.retainedPerAddress) this.#forgetOldest(own);
    while (this.size > this.#limits.retained || this.#bytes > this.#limits.retainedBytes) {
      this.#forgetOldest(this.#largest());
    }
  }

  get(topic: string): RetainedPacket | null {
    return this.#byTopic.get(topic) ?? null;
  }

  #largest(): Set<string> {
    let largest = new Set<string>();
    for (const topics of this.#topics.values()) if (topics.size > largest.size) largest = topics;
    return largest;
  }

  #forgetOldest(topics: Set<string>): void {
    for (const topic of topics) {
      this.#delete(topic);
      return;
    }
  }

  #delete(topic: string): void {
    const entry = this.#byTopic.get(topic);
    if (entry === undefined) return;
    this.#byTopic.delete(topic);
    this.#bytes -= entry.payload.length;
    const own = this.#topics.get(entry.address);
    own?.delete(topic);
    if (own?.size === 0) this.#topics.delete(entry.address);
  }
}

/**
 * The persistence aedes asks for, of which clean sessions at QoS 0 and 1 need retained messages alone. Those are
 * stored on admission, where the sender is still known; here they are only read, by exact topic: aedes' own store
 * tries every retained message at every subscription.
 */
export class RetainedPersistence {
  readonly #store: RetainedStore;

  constructor(store: RetainedStore) {
    this.#store = store;
  }

  async setup(): Promise<void> {
    await Promise.resolve();
  }
  async destroy(): Promise<void> {
    await Promise.resolve();
  }
  async storeRetained(): Promise<void> {
    await Promise.resolve();
  }
  createRetainedStreamCombi(topics: readonly string[]): Readable {
    return Readable.from(topics.map((topic) => this.#store.get(topic)).filter((packet) => packet !== null));
  }
  async subscriptionsByTopic(): Promise<never[]> {
    return await Promise.resolve([]);
  }
  async outgoingEnqueueCombi(): Promise<void> {
    await Promise.resolve();
  }
  async outgoingUpdate(): Promise<void> {
    await Promise.resolve();
  }
  async outgoingClearMessageId(): Promise<void> {
    await Promise.resolve();
  }
  outgoingStream(): Readable {
    return Readable.from([]);
  }
  async cleanSubscriptions(): Promise<void> {
    await Promise.resolve();
  }
  async cleanIncoming(): Promise<void> {
    await Promise.resolve();
  }
  async delWill(): Promise<void> {
    await Promise.resolve();
  }
  streamWill(): Readable {
    return Readable.from([]);
  }
}
