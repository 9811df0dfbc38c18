import type { MediaPacket } from './packetizer.ts';

/** More than a second of a 10 Mbit/s stream; a power of two that divides the sequence-number space. */
const CAPACITY = 2048;
/** Later than this the decoder has given up on the picture. */
const MAX_AGE_US = 1_000_000;

/** What was sent to one viewer under which sequence number; the payloads themselves are shared by all viewers. */
export class PacketHistory {
  readonly #packets: (MediaPacket | undefined)[] = new Array(CAPACITY);
  readonly #sequenceNumbers = new Uint16Array(CAPACITY);
  readonly #sentAtUs = new Float64Array(CAPACITY);
  readonly #repeatedAtUs = new Float64Array(CAPACITY);

  add(sequenceNumber: number, packet: MediaPacket, nowUs: number): void {
    const index = sequenceNumber % CAPACITY;
    this.#packets[index] = packet;
    this.#sequenceNumbers[index] = sequenceNumber;
    this.#sentAtUs[index] = nowUs;
    this.#repeatedAtUs[index] = Number.NEGATIVE_INFINITY;
  }

  /** The packet, however old; null when it is not known any more. */
  recall(sequenceNumber: number): MediaPacket | null {
    const index = sequenceNumber % CAPACITY;
    return this.#sequenceNumbers[index] === sequenceNumber ? (this.#packets[index] ?? null) : null;
  }

  /** The packet if it is still worth sending again; null when it is not known or too old. */
  find(sequenceNumber: number, nowUs: number): MediaPacket | null {
    const ageUs = nowUs - (this.#sentAtUs[sequenceNumber % CAPACITY] ?? 0);
    return ageUs > MAX_AGE_US ? null : this.recall(sequenceNumber);
  }

  /**
   * Marks a packet as about to be sent again; false when it is of no use, when it is marked already, or when it was sent
   * again less than `spacingUs` ago.
   */
  claim(sequenceNumber: number, nowUs: number, spacingUs: number): boolean {
    if (!this.find(sequenceNumber, nowUs)) return false;
    const index = sequenceNumber % CAPACITY;
    if (nowUs - (this.#repeatedAtUs[index] ?? 0) < spacingUs) return false;
    this.#repeatedAtUs[index] = Number.POSITIVE_INFINITY;
    return true;
  }

  /** Notes that a packet has been sent again. */
  repeat(sequenceNumber: number, nowUs: number): void {
    this.#repeatedAtUs[sequenceNumber % CAPACITY] = nowUs;
  }
}
