/** A probe as it is meant. */
export interface ProbePlan {
  /** Bits a second. */
  readonly rateBps: number;
  /** How long it lasts at that rate, microseconds. */
  readonly spanUs: number;
  /** Filled up with copies where there is too little to send; otherwise it ends with what there is. */
  readonly isFilled: boolean;
}

/** What a probe found. */
export interface ProbeResult {
  /** The rate the probe was meant to have, bits a second. */
  readonly rateBps: number;
  /** What the path carried of it, bits a second. */
  readonly carriedBps: number;
  /** How long it was meant to last, microseconds. */
  readonly spanUs: number;
}

/** Three packets: two make no rate. */
const MIN_BYTES = 3_600;
const MIN_PACKETS = 3;
/** Of the bytes of a probe, what must have arrived for it to count. */
const MIN_ARRIVED_SHARE = 0.8;
/** A path that slowed a probe down carries this much of what it showed for good. */
const SLOWED_SHARE = 0.95;
const IS_SLOWED = 0.9;

/** A short burst faster than the stream, to see whether the path carries more. */
export class ProbeCluster {
  readonly id: number;
  readonly plan: ProbePlan;
  readonly #sent = new Burst();
  readonly #arrived = new Burst();
  #isSent = false;

  constructor(id: number, plan: ProbePlan) {
    this.id = id;
    this.plan = plan;
  }

  /** All of it has left. */
  get isSent(): boolean {
    return this.#isSent;
  }

  /** When its first packet left; null before. */
  get startedAtUs(): number | null {
    return this.#sent.packets === 0 ? null : this.#sent.firstAtUs;
  }

  /** Whether copies should be sent when nothing else waits. */
  get wantsCopies(): boolean {
    return !this.#isSent && (this.plan.isFilled || this.#sent.bytes < MIN_BYTES);
  }

  handleSent(bytes: number, nowUs: number): void {
    this.#sent.add(bytes, nowUs);
    const endUs = nowUs + (bytes * 8e6) / this.plan.rateBps;
    this.#isSent = endUs - this.#sent.firstAtUs >= this.plan.spanUs && this.#sent.bytes >= MIN_BYTES;
  }

  /** There is nothing more to send. */
  end(): void {
    this.#isSent = true;
  }

  handleArrival(bytes: number, arrivedAtUs: number): void {
    this.#arrived.add(bytes, arrivedAtUs);
  }

  /** Null until enough has arrived, and for good when that was too little to tell. */
  get result(): ProbeResult | null {
    const isThere = this.#isSent && this.#arrived.bytes >= this.#sent.bytes * MIN_ARRIVED_SHARE;
    if (!isThere || this.#arrived.packets < MIN_PACKETS || this.#sent.spanS <= 0) return null;
    const sentBps = this.#sent.bitsWithoutLast / this.#sent.spanS;
    // What came all at once was held up together, and says only that the path is no slower than it was sent.
    const arrivedBps =
      this.#arrived.spanS <= 0 ? sentBps : this.#arrived.bitsWithoutFirst / this.#arrived.spanS;
    const isSlowed = arrivedBps < sentBps * IS_SLOWED;
    return {
      rateBps: this.plan.rateBps,
      spanUs: this.plan.spanUs,
      carriedBps: isSlowed ? arrivedBps * SLOWED_SHARE : Math.min(sentBps, arrivedBps),
    };
  }
}

/** Packets one after another, and when. */
class Burst {
  packets = 0;
  bytes = 0;
  firstAtUs = 0;
  #firstBytes = 0;
  #lastBytes = 0;
  #lastAtUs = 0;

  add(bytes: number, atUs: number): void {
    if (this.packets++ === 0) {
      this.firstAtUs = atUs;
      this.#firstBytes = bytes;
    }
    this.bytes += bytes;
    this.#lastBytes = bytes;
    this.#lastAtUs = Math.max(this.#lastAtUs, atUs);
  }

  get spanS(): number {
    return (this.#lastAtUs - this.firstAtUs) / 1e6;
  }

  get bitsWithoutFirst(): number {
    return (this.bytes - this.#firstBytes) * 8;
  }

  get bitsWithoutLast(): number {
    return (this.bytes - this.#lastBytes) * 8;
  }
}
