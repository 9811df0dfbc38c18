import type { CrowdTotals } from './crowd-messages.ts';

/** Whether a datagram is RTP (RFC 7983 §7, RFC 5761 §4). */
export function isMedia(datagram: Buffer): boolean {
  const [first = 0, second = 0] = datagram;
  return first >= 128 && first <= 191 && (second < 192 || second > 223) && datagram.length >= 12;
}

/** Counts RTP by its plain header (RFC 3550 §5.1), so that nothing has to be decrypted. */
export class PacketCounter {
  #packets = 0;
  #bytes = 0;
  readonly #streams = new Map<number, { first: number; highest: number; received: number }>();

  /** Takes a datagram that {@link isMedia}. */
  count(datagram: Buffer): void {
    this.#packets++;
    this.#bytes += datagram.length;
    this.#follow(datagram.readUInt32BE(8), datagram.readUInt16BE(2));
  }

  get totals(): CrowdTotals {
    const streams = [...this.#streams.values()];
    const lost = streams.reduce(
      (sum, { first, highest, received }) => sum + (highest - first + 1 - received),
      0,
    );
    return { packets: this.#packets, bytes: this.#bytes, lost };
  }

  #follow(ssrc: number, sequenceNumber: number): void {
    const stream = this.#streams.get(ssrc);
    if (!stream) {
      this.#streams.set(ssrc, { first: sequenceNumber, highest: sequenceNumber, received: 1 });
      return;
    }
    // The step as a signed 16-bit number carries the count across the wrap.
    const step = ((sequenceNumber - stream.highest) << 16) >> 16;
    stream.highest = Math.max(stream.highest, stream.highest + step);
    stream.received++;
  }
}
