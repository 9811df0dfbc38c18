import { DtlsError } from './dtls-error.ts';

/** Reads the length-prefixed fields of TLS messages (RFC 5246 §4.3) and never past their end. */
export class DtlsReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** How many bytes have been read. */
  get at(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** @throws DtlsError decode_error when fewer bytes are left. */
  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new DtlsError('decode_error', 'a field runs past its message');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** Big-endian integer of 1 to 6 bytes. */
  uint(size: number): number {
    return this.take(size).readUIntBE(0, size);
  }

  /** A field that says its own length in `prefix` bytes. */
  vector(prefix: number): Buffer {
    return this.take(this.uint(prefix));
  }

  /** 16-bit integers that fill a vector with a 2-byte length. */
  uint16List(): number[] {
    const list = new DtlsReader(this.vector(2));
    const values: number[] = [];
    while (!list.done) values.push(list.uint(2));
    return values;
  }
}

/** Big-endian integer in `size` bytes. */
export function encodeUint(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}

/** Bytes behind their length in `prefix` bytes. */
export function encodeVector(prefix: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([encodeUint(body.length, prefix), body]);
}
