/** Bits most significant first, as the syntax tables of ITU-T H.264 §7.3 write them. */
export class BitWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  #pending = 0;
  #pendingBits = 0;

  /** Bits written so far. */
  get bitLength(): number {
    return this.#length * 8 + this.#pendingBits;
  }

  /** `u(n)`: an unsigned number of up to 24 bits. */
  u(value: number, bits: number): void {
    this.#pending = (this.#pending << bits) | value;
    this.#pendingBits += bits;
    while (this.#pendingBits >= 8) {
      this.#pendingBits -= 8;
      this.#push((this.#pending >>> this.#pendingBits) & 0xff);
    }
    this.#pending &= (1 << this.#pendingBits) - 1;
  }

  /** `ue(v)`: an unsigned Exp-Golomb code (§9.1). */
  ue(value: number): void {
    const bits = 32 - Math.clz32(value + 1);
    if (bits > 1) this.u(0, bits - 1);
    this.u(value + 1, bits);
  }

  /** `se(v)`: a signed Exp-Golomb code (§9.1.1). */
  se(value: number): void {
    this.ue(value > 0 ? 2 * value - 1 : -2 * value);
  }

  /** Zero bits up to the next byte (`pcm_alignment_zero_bit`). */
  align(): void {
    if (this.#pendingBits > 0) this.u(0, 8 - this.#pendingBits);
  }

  /** One whole byte; only where the writer is aligned. */
  byte(value: number): void {
    this.#push(value);
  }

  /** Ends the payload (`rbsp_trailing_bits`) and hands it out as a NAL unit with emulation prevention (§7.4.1). */
  finishNalUnit(header: number): Uint8Array {
    this.u(1, 1);
    this.align();
    const nalUnit = escapePayload(header, this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return nalUnit;
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(this.#length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = byte;
  }
}

function escapePayload(header: number, payload: Uint8Array): Uint8Array {
  const out = new Uint8Array(1 + payload.length + (payload.length >> 1));
  out[0] = header;
  let length = 1;
  let zeros = 0;
  for (const byte of payload) {
    if (zeros === 2 && byte <= 3) {
      out[length++] = 3;
      zeros = 0;
    }
    out[length++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return out.slice(0, length);
}
