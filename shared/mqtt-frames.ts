import { RendezvousError } from './rendezvous-error.ts';

/** Largest whole MQTT packet either side or the embedded broker handles, in bytes; ours stay below 4 KB. */
export const MAX_PACKET_BYTES = 16 * 1024;

/** Bytes that "Remaining Length" may take (MQTT 3.1.1 §2.2.3). */
const MAX_LENGTH_BYTES = 4;

/** The first bytes of a packet: where its body begins and where the packet ends. */
export interface FrameHeader {
  /** Control packet type and flags (MQTT 3.1.1 §2.2). */
  readonly first: number;
  readonly bodyStart: number;
  readonly end: number;
}

/**
 * Header of the packet at `start`, or null while its length is not all there.
 * @throws RendezvousError `protocol` when the length is malformed, `too_large` when it is over `MAX_PACKET_BYTES`.
 */
export function parseFrameHeader(bytes: Uint8Array, start = 0): FrameHeader | null {
  let length = 0;
  for (let i = 0; i < MAX_LENGTH_BYTES; i++) {
    const first = bytes[start];
    const byte = bytes[start + 1 + i];
    if (first === undefined || byte === undefined) return null;
    length += (byte & 0x7f) * 128 ** i;
    const bodyStart = start + 2 + i;
    if (bodyStart - start + length > MAX_PACKET_BYTES)
      throw new RendezvousError('too_large', 'packet too long');
    if (byte < 0x80) return { first, bodyStart, end: bodyStart + length };
  }
  throw new RendezvousError('protocol', 'packet length over four bytes');
}

/**
 * Follows packet boundaries through a byte stream without keeping it, so that a parser that trusts the announced
 * length never gets to gather an oversized packet.
 */
export class FrameGuard {
  /** Bytes of a header that is not whole yet; at most four. */
  #header: number[] = [];
  /** Bytes still to come of the packet under way. */
  #missing = 0;

  /**
   * Calls `onFrame` with the first byte of every packet whose header ends in `chunk`.
   * @throws RendezvousError as `parseFrameHeader` does; the stream must then be dropped.
   */
  push(chunk: Uint8Array, onFrame: (first: number) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#missing > 0) {
        const skipped = Math.min(this.#missing, chunk.length - at);
        this.#missing -= skipped;
        at += skipped;
        continue;
      }
      this.#header.push(chunk[at++] ?? 0);
      const header = parseFrameHeader(Uint8Array.from(this.#header));
      if (header === null) continue;
      this.#header = [];
      this.#missing = header.end - header.bodyStart;
      onFrame(header.first);
    }
  }
}
