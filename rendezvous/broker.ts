import { randomBytes } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { WebSocket } from 'ws';
import type { AddressAccount } from './address-ledger.ts';
import type { RendezvousLimits } from './limits.ts';
import { RetainedPersistence, RetainedStore } from './retained-store.ts';
import { WebSocketStream } from './websocket-stream.ts';

/** The one shape of topic (docs/rendezvous.md): no wildcard, no `$SYS`, no `$share`, nothing to guess. */
const TOPIC = /^pw1\/[0-9a-f]{32}$/;
/** Protocol version of MQTT 3.1, whose ids and return codes differ. */
const MQTT_3_1 = 3;
/** CONNACK "not authorized" (MQTT 3.1.1 table 3.1). */
const NOT_AUTHORIZED = 5;

/** One connection's side of the ledger. */
interface Session {
  readonly account: AddressAccount;
  readonly topics: Set<string>;
  /** Why CONNECT is to be refused, or null. */
  refusal: string | null;
}

export interface BrokerOptions {
  readonly limits: RendezvousLimits;
  /** Milliseconds, forward only. */
  readonly now: () => number;
  /** Told of faults of the broker itself, never of its clients'. */
  readonly report: (error: unknown) => void;
}

/** aedes for strangers: clean sessions at QoS 0 and 1, exact topics, everything bounded. */
export class Broker {
  readonly #aedes: Aedes;
  readonly #limits: RendezvousLimits;
  readonly #now: () => number;
  readonly #sessions = new WeakMap<object, Session>();
  readonly #subscribers = new Map<string, number>();
  readonly retained: RetainedStore;

  private constructor({ limits, now, report }: BrokerOptions) {
    this.#limits = limits;
    this.#now = now;
    this.retained = new RetainedStore(limits);
    this.#aedes = new Aedes({
      connectTimeout: limits.connectTimeoutMs,
      persistence: new RetainedPersistence(this.retained),
      preConnect: (client, packet, done) => {
        const session = this.#session(client);
        session.refusal = refusalOf(packet, limits);
        // An id of the client's choosing could throw out another client, or be the name of a property.
        packet.clientId = randomBytes(16).toString('hex');
        delete packet.will;
        // MQTT 5 gets its CONNACK from aedes. Without an error aedes would leave the connection be, for ever.
        const isMqtt31 = packet.protocolVersion === MQTT_3_1;
        done(isMqtt31 ? new Error('MQTT 3.1 refused') : null, !isMqtt31);
      },
      authenticate: (client, _username, _password, done) => {
        const { refusal } = this.#session(client);
        if (refusal === null) done(null, true);
        else done(notAuthorized(refusal), false);
      },
      authorizePublish: (client, packet, done) => done(this.#admitPublish(client, packet)),
      authorizeSubscribe: (client, subscription, done) =>
        done(null, this.#admitSubscription(client, subscription.topic) ? subscription : null),
    });
    (this.#aedes as EventEmitter).on('error', report);
    this.#aedes.on('unsubscribe', (topics, client) => this.#forgetTopics(client, topics));
    this.#aedes.on('clientDisconnect', (client) =>
      this.#forgetTopics(client, [...this.#session(client).topics]),
    );
  }

  static async start(options: BrokerOptions): Promise<Broker> {
    const broker = new Broker(options);
    await broker.#aedes.listen();
    return broker;
  }

  /** Serves one client until its WebSocket closes. */
  serve(socket: WebSocket, account: AddressAccount): void {
    const stream = new WebSocketStream(socket, {
      maxUnreadBytes: this.#limits.unreadBytes,
      onPackets: (count) => account.packets.take(count, this.#now()),
    });
    this.#sessions.set(stream, { account, topics: new Set(), refusal: null });
    this.#aedes.handle(stream);
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
  }

  #session(client: Client): Session {
    const session = this.#sessions.get(client.conn);
    if (session === undefined) throw new TypeError('a client without a session');
    return session;
  }

  #admitPublish(
    client: Client | null,
    packet: { topic: string; payload: string | Buffer; qos: number; retain: boolean },
  ) {
    if (client === null || !TOPIC.test(packet.topic)) return new Error('topic refused');
    if (!packet.retain) return null;
    const { address } = this.#session(client).account;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    this.retained.set(
      { cmd: 'publish', topic: packet.topic, payload, qos: packet.qos === 0 ? 0 : 1 },
      address,
    );
    return null;
  }

  #admitSubscription(client: Client, topic: string): boolean {
    const { topics } = this.#session(client);
    if (topics.has(topic)) return true;
    const subscribers = this.#subscribers.get(topic) ?? 0;
    const isFull = topics.size >= this.#limits.subscriptionsPerConnection;
    if (!TOPIC.test(topic) || isFull || subscribers >= this.#limits.subscribersPerTopic) return false;
    topics.add(topic);
    this.#subscribers.set(topic, subscribers + 1);
    return true;
  }

  #forgetTopics(client: Client, topics: readonly string[]): void {
    const session = this.#session(client);
    for (const topic of topics) {
      if (!session.topics.delete(topic)) continue;
      const left = (this.#subscribers.get(topic) ?? 1) - 1;
      if (left === 0) this.#subscribers.delete(topic);
      else this.#subscribers.set(topic, left);
    }
  }
}

function refusalOf(
  packet: { clean?: boolean | undefined; keepalive?: number | undefined; will?: unknown },
  limits: RendezvousLimits,
): string | null {
  if (!packet.clean) return 'only clean sessions';
  if (packet.will) return 'no wills';
  const { keepalive = 0 } = packet;
  return keepalive === 0 || keepalive > limits.keepaliveSeconds ? 'keepalive refused' : null;
}

function notAuthorized(message: string): AuthenticateError {
  return Object.assign(new Error(message), { returnCode: NOT_AUTHORIZED });
}
