import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import type { RendezvousAddress } from '#shared/rendezvous.ts';

/** How long a broker may think about a connection. */
const CONNECT_LIMIT_MS = 5_000;
/** What a SUBACK says instead of the granted QoS (MQTT 3.1.1 §3.9.3). */
const REFUSED = 0x80;

/** Any MQTT client that is not ours, with the broker's address and nothing else. */
export class Stranger implements AsyncDisposable {
  /** The topics of the messages that reached it. */
  readonly heard: string[] = [];
  readonly #client: MqttClient;

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on('message', (topic) => this.heard.push(topic));
  }

  /** Connects; null when the broker does not let it in. */
  static async connect({ url, ...login }: RendezvousAddress): Promise<Stranger | null> {
    const options: IClientOptions = {
      ...login,
      protocolVersion: 4,
      reconnectPeriod: 0,
      connectTimeout: CONNECT_LIMIT_MS,
    };
    const client = await connectAsync(url, options, false).catch(() => null);
    return client === null ? null : new Stranger(client);
  }

  /** Whether the broker grants `filter`; it may refuse in words or by ending the connection. */
  async subscribe(filter: string): Promise<boolean> {
    const cutOff = Promise.withResolvers<boolean>();
    const onClose = () => cutOff.resolve(false);
    this.#client.once('close', onClose);
    const answer = this.#client.subscribeAsync(filter, { qos: 1 }).then(
      ([grant]) => grant !== undefined && grant.qos < REFUSED,
      () => false,
    );
    const isGranted = await Promise.race([answer, cutOff.promise]);
    this.#client.off('close', onClose);
    return isGranted;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.endAsync(true);
  }
}
