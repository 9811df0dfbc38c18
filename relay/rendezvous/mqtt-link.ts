import { randomBytes } from 'node:crypto';
import { type IClientOptions, MqttClient } from 'mqtt';
import { writeToStream } from 'mqtt-packet';
import type { RendezvousAddress } from '#shared/rendezvous.ts';
import { RendezvousError } from '#shared/rendezvous-error.ts';
import { DIAL_TIMEOUT_MS, KEEPALIVE_MS } from '#shared/rendezvous-limits.ts';
import type { Link, LinkEvents, LinkMessage } from '#shared/rendezvous-link.ts';
import { openBrokerStream } from './broker-stream.ts';

/** CONNACK return codes 4 and 5 (MQTT 3.1.1 table 3.1). */
const REFUSED_CODES: unknown[] = [4, 5];
/** MQTT.js with everything it would do across connections switched off: that is `LinkedRendezvous`'s. */
export class MqttLink implements Link {
  readonly #client: MqttClient;
  readonly #events: LinkEvents;
  #isOver = false;

  /**
   * Dials `address`; `ca` (PEM) replaces the system's authorities.
   * @throws Error when nothing can be made of the address.
   */
  constructor(address: RendezvousAddress, events: LinkEvents, ca?: string) {
    this.#events = events;
    // Or it makes a buffer of every number of 16 bits beforehand: 7 MB.
    writeToStream.cacheNumbers = false;
    this.#client = new MqttClient(() => openBrokerStream(new URL(address.url), ca), connectOptions(address));
    this.#client.on('connect', () => this.#unlessOver(() => events.onOpen()));
    this.#client.on('packetreceive', () => this.#unlessOver(() => events.onAlive()));
    this.#client.on('message', (topic, payload, { retain }) =>
      this.#unlessOver(() => events.onMessage(topic, payload, retain)),
    );
    this.#client.on('error', (cause) => this.#lose(linkError(cause)));
    this.#client.on('close', () => this.#lose(new RendezvousError('offline', 'connection lost')));
  }

  publish({ topic, payload, retain, isRepeat }: LinkMessage, acknowledged: () => void): void {
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    this.#client.publish(topic, bytes, { qos: 1, retain, dup: isRepeat }, (error) => {
      if (!error) this.#unlessOver(acknowledged);
    });
  }

  subscribe(topics: readonly string[], answered: (granted: readonly boolean[]) => void): void {
    this.#client.subscribe([...topics], { qos: 1 }, (_error, _granted, suback) => {
      // Without a SUBACK the link was lost on the way.
      if (suback) this.#unlessOver(() => answered(suback.granted.map((code) => Number(code) < 0x80)));
    });
  }

  unsubscribe(topic: string): void {
    this.#client.unsubscribe(topic);
  }

  ping(): void {
    this.#client.sendPing();
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // By force: politeness would wait for acknowledgements that a dead broker never sends. There is no will to cancel.
    this.#client.end(true);
  }

  #unlessOver(call: () => void): void {
    if (!this.#isOver) call();
  }

  #lose(error: RendezvousError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#client.end(true);
    this.#events.onLost(error);
  }
}

function connectOptions({ username, password }: RendezvousAddress): IClientOptions {
  return {
    protocolVersion: 4,
    clean: true,
    clientId: `lk${randomBytes(10).toString('hex')}`,
    keepalive: KEEPALIVE_MS / 1000,
    connectTimeout: DIAL_TIMEOUT_MS,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}

function linkError(cause: unknown): RendezvousError {
  if (cause instanceof RendezvousError) return cause;
  const isRefused = cause instanceof Error && 'code' in cause && REFUSED_CODES.includes(cause.code);
  const message = cause instanceof Error ? cause.message : 'link failed';
  return new RendezvousError(isRefused ? 'refused' : 'offline', message, { cause });
}
