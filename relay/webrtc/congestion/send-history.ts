import { LossRate } from './loss-rate.ts';
import { NOT_RECEIVED, type TransportFeedback } from './transport-feedback.ts';

/** A packet that has arrived; one object that is filled anew for each. */
export interface ArrivedPacket {
  readonly sentAtUs: number;
  /** On the viewer's clock. */
  readonly arrivedAtUs: number;
  /** Size on the wire. */
  readonly bytes: number;
  /** The probe it was part of; 0 for none. */
  readonly cluster: number;
}

/** Is told what became of packets. */
export interface FateListener {
  readonly onArrival: (packet: ArrivedPacket) => void;
  /** A packet that the viewer is missing, by its 16 bits; it may still come. */
  readonly onLoss: (sequenceNumber: number) => void;
}

/** Three seconds of a 10 Mbit/s stream; a power of two that divides the sequence-number space. */
const CAPACITY = 4096;
/** A packet that is missing may still come by a longer way, or be told of in the next feedback. */
const SETTLE_AFTER_US = 500_000;
/** After that nobody counts on a report. */
const FORGET_AFTER_US = 3_000_000;
const REFERENCE_UNIT_US = 64_000;
const DELTA_UNIT_US = 250;

const SENT = 0;
const RECEIVED = 1;
const MISSING = 2;

/** Remembers what was sent under which transport-wide sequence number, until the viewer has told of it. */
export class SendHistory {
  readonly #sentAtUs = new Float64Array(CAPACITY);
  readonly #bytes = new Uint16Array(CAPACITY);
  readonly #cluster = new Uint16Array(CAPACITY);
  readonly #fate = new Uint8Array(CAPACITY);
  /** Bytes sent up to and including a packet. */
  readonly #sentThrough = new Float64Array(CAPACITY);
  readonly #loss = new LossRate();
  readonly #packet = { sentAtUs: 0, arrivedAtUs: 0, bytes: 0, cluster: 0 };
  /** Numbers here do not wrap; on the wire they have 16 bits. */
  #next = 0;
  #newestLanded = -1;
  #settled = 0;
  #lossesFrom = 0;
  #sentBytes = 0;
  #landedBytes = 0;
  /** In units of 64 ms, unwrapped; null before the first feedback. */
  #reference: number | null = null;

  /** The number that the next packet carries, 16 bits. */
  get nextSequenceNumber(): number {
    return this.#next & 0xffff;
  }

  /** Sent after the newest packet that the viewer told of, and so perhaps still on its way. */
  get inFlightBytes(): number {
    return this.#sentBytes - this.#landedBytes;
  }

  /** When the oldest packet in flight was sent; null when there is none. */
  get inFlightSinceUs(): number | null {
    return this.#newestLanded + 1 < this.#next ? this.#sentAt(this.#newestLanded + 1) : null;
  }

  /** Lost of what was sent in a second that ended half a second ago, 0 to 1. */
  get lossRate(): number {
    return this.#loss.rate;
  }

  /** Takes down a packet that has just been sent under {@link nextSequenceNumber}. */
  add(bytes: number, nowUs: number, cluster = 0): void {
    const index = this.#next % CAPACITY;
    this.#next++;
    this.#sentBytes += bytes;
    this.#sentAtUs[index] = nowUs;
    this.#bytes[index] = bytes;
    this.#cluster[index] = cluster;
    this.#fate[index] = SENT;
    this.#sentThrough[index] = this.#sentBytes;
  }

  /** Goes through a feedback and tells of each packet what is new about it. */
  report(feedback: TransportFeedback, nowUs: number, listener: FateListener): void {
    const base = this.#unwrap(feedback.baseSequenceNumber);
    const { deltas } = feedback;
    let arrivedAtUs = this.#readReference(feedback.referenceTime);
    for (let offset = 0; offset < deltas.length; offset++) {
      const delta = deltas[offset] ?? NOT_RECEIVED;
      if (delta !== NOT_RECEIVED) arrivedAtUs += delta * DELTA_UNIT_US;
      const number = base + offset;
      if (!this.#isRemembered(number)) continue;
      this.#land(number);
      if (delta !== NOT_RECEIVED) this.#handleArrival(number, arrivedAtUs, listener);
      else this.#handleLoss(number, listener);
    }
    this.settle(nowUs);
  }

  /** Decides about packets that are old enough, reported or not; whether some were given up. */
  settle(nowUs: number): boolean {
    for (; this.#settled < this.#next; this.#settled++) {
      const sentAtUs = this.#sentAt(this.#settled);
      if (nowUs - sentAtUs < SETTLE_AFTER_US) break;
      const fate = this.#fate[this.#settled % CAPACITY];
      // One that no feedback has named may have arrived: it is the feedback that was lost.
      if (fate !== SENT && this.#settled >= this.#lossesFrom) this.#loss.add(fate === MISSING, sentAtUs);
    }
    const before = this.#newestLanded;
    let forgotten = before;
    while (forgotten + 1 < this.#next && nowUs - this.#sentAt(forgotten + 1) >= FORGET_AFTER_US) forgotten++;
    this.#land(forgotten);
    return forgotten > before;
  }

  /** What has been lost until now has been answered: it does not count towards {@link lossRate} any more. */
  forgetLosses(): void {
    this.#lossesFrom = this.#next;
    this.#loss.clear();
  }

  #handleArrival(number: number, arrivedAtUs: number, { onArrival }: FateListener): void {
    const index = number % CAPACITY;
    if (this.#fate[index] === RECEIVED) return;
    this.#fate[index] = RECEIVED;
    this.#packet.sentAtUs = this.#sentAtUs[index] ?? 0;
    this.#packet.arrivedAtUs = arrivedAtUs;
    this.#packet.bytes = this.#bytes[index] ?? 0;
    this.#packet.cluster = this.#cluster[index] ?? 0;
    onArrival(this.#packet);
  }

  #handleLoss(number: number, { onLoss }: FateListener): void {
    const index = number % CAPACITY;
    if (this.#fate[index] !== SENT) return;
    this.#fate[index] = MISSING;
    onLoss(number & 0xffff);
  }

  /** Nothing up to this packet is in flight any more. */
  #land(number: number): void {
    if (number <= this.#newestLanded) return;
    this.#newestLanded = number;
    this.#landedBytes = this.#sentThrough[number % CAPACITY] ?? 0;
  }

  #sentAt(number: number): number {
    return this.#sentAtUs[number % CAPACITY] ?? 0;
  }

  #isRemembered(number: number): boolean {
    return number >= 0 && number < this.#next && number >= this.#next - CAPACITY;
  }

  /** The number nearest to the newest one sent that has these lower 16 bits. */
  #unwrap(sequenceNumber: number): number {
    const newest = this.#next - 1;
    return newest + (((sequenceNumber - newest) << 16) >> 16);
  }

  /** The reference time in microseconds, through the wrap of its 24 bits. */
  #readReference(referenceTime: number): number {
    const last = this.#reference ?? referenceTime;
    this.#reference = last + (((referenceTime - last) << 8) >> 8);
    return this.#reference * REFERENCE_UNIT_US;
  }
}
