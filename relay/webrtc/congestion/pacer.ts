/** How often whoever paces should look whether something may go, milliseconds. */
export const PACER_TICK_MS = 2;
const TICK_US = PACER_TICK_MS * 1000;
/** More at once overruns the short queues of radio drivers. */
const MAX_PACKETS_A_TICK = 4;
/** Timers fire a little early, too. */
const EARLY = 0.9;
/** What a late timer cost is made up for, as far as this. */
const MAX_CREDIT_US = 20_000;

/** Spreads packets over time: each makes a debt of bits that is paid off at the pacing rate. */
export class Pacer {
  #debtBits = 0;
  #rateBps = 0;
  #nowUs = 0;
  #tickUs = Number.NEGATIVE_INFINITY;
  #packets = 0;
  #isHeldBack = false;

  /** Says what time it is, and at what rate, bits a second, packets may leave from now on. */
  begin(nowUs: number, rateBps: number): void {
    const paidBits = (this.#rateBps * (nowUs - this.#nowUs)) / 1e6;
    const floor = this.#isHeldBack ? (-this.#rateBps * MAX_CREDIT_US) / 1e6 : 0;
    this.#debtBits = Math.max(Math.min(floor, this.#debtBits), this.#debtBits - paidBits);
    this.#isHeldBack = false;
    this.#rateBps = rateBps;
    this.#nowUs = nowUs;
    if (nowUs - this.#tickUs < TICK_US * EARLY) return;
    this.#tickUs = nowUs;
    this.#packets = 0;
  }

  /** Whether a packet that waits may go now; one that may not is made up for. */
  tryStep(): boolean {
    const mayGo = this.#packets < MAX_PACKETS_A_TICK && this.#debtBits <= (this.#rateBps * TICK_US) / 2e6;
    this.#isHeldBack = !mayGo;
    return mayGo;
  }

  handleSent(bytes: number): void {
    this.#debtBits += bytes * 8;
    this.#packets++;
  }
}
