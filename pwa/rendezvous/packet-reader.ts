import { parseFrameHeader } from '#shared/mqtt-frames.ts';
import { type IncomingPacket, parsePacket } from './mqtt-packet.ts';

/** Cuts a stream of WebSocket messages, whose bounds mean nothing (MQTT 3.1.1 §6), into packets. */
export class PacketReader {
  /** The beginning of a packet that is not whole; below `MAX_PACKET_BYTES`. */
  #rest = new Uint8Array();

  /**
   * The packets that `chunk` completes.
   * @throws RendezvousError `protocol`, `too_large`; the connection must then be dropped.
   */
  push(chunk: Uint8Array): IncomingPacket[] {
    const bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    const packets: IncomingPacket[] = [];
    let at = 0;
    for (;;) {
      const header = parseFrameHeader(bytes, at);
      if (header === null || header.end > bytes.length) break;
      packets.push(parsePacket(bytes, header));
      at = header.end;
    }
    this.#rest = bytes.slice(at);
    return packets;
  }
}
