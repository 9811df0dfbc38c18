import { MAX_DATAGRAM_BYTES } from './rpicam-arguments.ts';

/** A 1080p keyframe has a tenth of it. */
const MAX_PICTURE_BYTES = 2 * 1024 * 1024;

/** Joins datagrams to pictures: one that is full is continued by the next. */
export class DatagramUnits {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #isLost = false;

  /** The picture that this datagram completes, as a byte stream; null while there is none. */
  push(datagram: Uint8Array): Uint8Array | null {
    this.#isLost ||= this.#bytes === 0 && !beginsUnit(datagram);
    this.#bytes += datagram.length;
    this.#isLost ||= this.#bytes > MAX_PICTURE_BYTES;
    this.#parts = this.#isLost ? [] : [...this.#parts, datagram];
    if (datagram.length === MAX_DATAGRAM_BYTES) return null;
    const picture = this.#isLost ? null : joined(this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    this.#isLost = false;
    return picture;
  }
}

/** ITU-T H.264 Annex B: a start code of three or four bytes. */
function beginsUnit([a, b, c, d]: Uint8Array): boolean {
  return a === 0 && b === 0 && (c === 1 || (c === 0 && d === 1));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return only && parts.length === 1 ? only : Buffer.concat(parts);
}
