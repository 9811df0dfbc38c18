/** First repeat of a flight. RFC 6347 §4.2.4.1 allows less than its 1 s where the path is known to be quick. */
const FIRST_REPEAT_MS = 250;
/** Delay is doubled up to here, so a handshake over a lossy link gets five more tries in its time. */
const SLOWEST_REPEAT_MS = 4000;

/** Sends a flight again and again, ever more slowly, until stopped. */
export class DtlsRetransmission {
  #timer: NodeJS.Timeout | null = null;

  start(send: () => void): void {
    this.stop();
    send();
    this.#schedule(send, FIRST_REPEAT_MS);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #schedule(send: () => void, delayMs: number): void {
    this.#timer = setTimeout(() => {
      send();
      this.#schedule(send, Math.min(2 * delayMs, SLOWEST_REPEAT_MS));
    }, delayMs);
  }
}
