import { encodeHex } from '#shared/bytes.ts';
import { MAX_PACKET_BYTES } from '#shared/mqtt-frames.ts';
import type { RendezvousAddress } from '#shared/rendezvous.ts';
import { RendezvousError } from '#shared/rendezvous-error.ts';
import { KEEPALIVE_MS } from '#shared/rendezvous-limits.ts';
import type { Link, LinkEvents, LinkMessage } from '#shared/rendezvous-link.ts';
import {
  encodeConnect,
  encodeDisconnect,
  encodePingreq,
  encodePuback,
  encodePublish,
  encodeSubscribe,
  encodeUnsubscribe,
  type IncomingPacket,
} from './mqtt-packet.ts';
import { PacketReader } from './packet-reader.ts';

/** Largest WebSocket message taken; a broker may put a few packets into one. */
const MAX_FRAME_BYTES = 16 * MAX_PACKET_BYTES;
const MAX_PACKET_ID = 0xffff;
/** CONNACK return codes 4 and 5 (MQTT 3.1.1 table 3.1). */
const REFUSED_CODES = [4, 5];

/** MQTT 3.1.1 over one WebSocket. */
export class WebSocketLink implements Link {
  readonly #socket: WebSocket;
  readonly #events: LinkEvents;
  readonly #reader = new PacketReader();
  readonly #publishes = new Map<number, () => void>();
  readonly #subscriptions = new Map<number, (granted: readonly boolean[]) => void>();
  #lastPacketId = 0;
  #state: 'opening' | 'open' | 'over' = 'opening';

  constructor(socket: WebSocket, address: RendezvousAddress, events: LinkEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      const { username, password } = address;
      const keepaliveSeconds = KEEPALIVE_MS / 1000;
      socket.send(encodeConnect({ clientId: randomClientId(), keepaliveSeconds, username, password }));
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data);
    socket.onclose = () => this.#lose(new RendezvousError('offline', 'connection lost'));
  }

  publish(message: LinkMessage, acknowledged: () => void): void {
    const packetId = this.#nextPacketId();
    this.#publishes.set(packetId, acknowledged);
    this.#socket.send(encodePublish(packetId, message));
  }

  subscribe(topics: readonly string[], answered: (granted: readonly boolean[]) => void): void {
    const packetId = this.#nextPacketId();
    this.#subscriptions.set(packetId, answered);
    this.#socket.send(encodeSubscribe(packetId, topics));
  }

  unsubscribe(topic: string): void {
    this.#socket.send(encodeUnsubscribe(this.#nextPacketId(), topic));
  }

  ping(): void {
    this.#socket.send(encodePingreq());
  }

  close(): void {
    if (this.#state === 'open' && this.#socket.readyState === WebSocket.OPEN)
      this.#socket.send(encodeDisconnect());
    this.#state = 'over';
    this.#socket.close();
  }

  #receive(data: unknown): void {
    if (this.#state === 'over') return;
    try {
      if (!(data instanceof ArrayBuffer)) throw new RendezvousError('protocol', 'text frame');
      if (data.byteLength > MAX_FRAME_BYTES) throw new RendezvousError('too_large', 'frame too large');
      const packets = this.#reader.push(new Uint8Array(data));
      this.#events.onAlive();
      for (const packet of packets) this.#handle(packet);
    } catch (error) {
      this.#lose(
        error instanceof RendezvousError
          ? error
          : new RendezvousError('protocol', 'failed', { cause: error }),
      );
    }
  }

  #handle(packet: IncomingPacket): void {
    // A listener may have closed us between two packets of one frame.
    if (this.#state === 'over') return;
    if ((this.#state === 'opening') !== (packet.type === 'connack')) {
      throw new RendezvousError('protocol', 'CONNACK comes first and once');
    }
    switch (packet.type) {
      case 'connack':
        this.#handleConnack(packet.returnCode);
        break;
      case 'publish':
        this.#events.onMessage(packet.topic, packet.payload, packet.isRetained);
        if (packet.packetId !== null) this.#acknowledge(packet.packetId);
        break;
      case 'puback':
        take(this.#publishes, packet.packetId)?.();
        break;
      case 'suback':
        take(this.#subscriptions, packet.packetId)?.(packet.granted);
        break;
      case 'unsuback':
      case 'pingresp':
        break;
      default:
        packet satisfies never;
    }
  }

  #handleConnack(returnCode: number): void {
    if (returnCode !== 0) {
      const code = REFUSED_CODES.includes(returnCode) ? 'refused' : 'offline';
      throw new RendezvousError(code, `connection refused with code ${returnCode}`);
    }
    this.#state = 'open';
    this.#events.onOpen();
  }

  #acknowledge(packetId: number): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(encodePuback(packetId));
  }

  #lose(error: RendezvousError): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#socket.close();
    this.#events.onLost(error);
  }

  /** The next identifier not in use (MQTT 3.1.1 §2.3.1); far fewer are than there are. */
  #nextPacketId(): number {
    do this.#lastPacketId = (this.#lastPacketId % MAX_PACKET_ID) + 1;
    while (this.#publishes.has(this.#lastPacketId) || this.#subscriptions.has(this.#lastPacketId));
    return this.#lastPacketId;
  }
}

function take<V>(map: Map<number, V>, key: number): V | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}

/** Another one each time: a broker throws out who comes with an id in use (MQTT 3.1.1 §3.1.4-2). */
function randomClientId(): string {
  return `lk${encodeHex(crypto.getRandomValues(new Uint8Array(10)))}`;
}
