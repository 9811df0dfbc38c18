/** Packets behind the newest that may still come late; RFC 6347 §4.1.2.6 and RFC 3711 §3.3.2 ask for 64 at least. */
export const REPLAY_WINDOW_PACKETS = 128;

/** Remembers which numbers of one rising sequence were taken, so that none is taken twice. */
export class ReplayWindow {
  #newest = -1;
  /** Bit n stands for `#newest - n`. */
  #taken = 0n;

  /** Highest number marked, or -1. */
  get newest(): number {
    return this.#newest;
  }

  /** Whether a number is new and not older than the window. */
  isFresh(sequence: number): boolean {
    if (sequence > this.#newest) return true;
    const age = this.#newest - sequence;
    return age < REPLAY_WINDOW_PACKETS && ((this.#taken >> BigInt(age)) & 1n) === 0n;
  }

  /** Marks a number as taken; to be called only once its packet proved authentic. */
  mark(sequence: number): void {
    if (sequence > this.#newest) {
      const step = Math.min(sequence - this.#newest, REPLAY_WINDOW_PACKETS);
      this.#taken = BigInt.asUintN(REPLAY_WINDOW_PACKETS, this.#taken << BigInt(step)) | 1n;
      this.#newest = sequence;
    } else if (this.#newest - sequence < REPLAY_WINDOW_PACKETS) {
      this.#taken |= 1n << BigInt(this.#newest - sequence);
    }
  }
}
