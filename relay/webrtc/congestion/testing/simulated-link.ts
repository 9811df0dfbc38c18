import { createRandom } from './random.ts';
import type { RateTrace } from './rate-trace.ts';

/** What a link needs of time, virtual or not; microseconds. */
export interface LinkTime {
  readonly nowUs: number;
  at(atUs: number, callback: () => void): void;
}

/** A link in one direction. */
export interface LinkProfile {
  readonly rate: RateTrace;
  readonly delayMs: number;
  /** Added to each packet, uniform from 0; none overtakes another. */
  readonly jitterMs?: number;
  /** Share of packets that get lost, 0 to 1. */
  readonly loss?: number;
  /** What the queue holds before it drops: milliseconds at the present rate, or bytes. */
  readonly queue: { readonly ms: number } | { readonly bytes: number };
  /** A driver that takes so many packets a second, and holds few: what comes faster is dropped. */
  readonly driver?: { readonly packetsPerSecond: number; readonly packets: number };
  readonly seed?: number;
}

/** What happened to a packet. */
export interface LinkRecord {
  readonly enteredUs: number;
  /** When it came out; null when it was dropped. */
  readonly leftUs: number | null;
  readonly bytes: number;
  readonly flow: number;
  readonly why: 'delivered' | 'queue' | 'loss' | 'driver';
}

/** Room for a packet or two however slow the link. */
const MIN_QUEUE_BYTES = 3_000;

/** A bottleneck with a drop-tail queue, shared by any number of flows. */
export class SimulatedLink {
  readonly records: LinkRecord[] = [];
  readonly #time: LinkTime;
  #profile: LinkProfile;
  readonly #random: () => number;
  readonly #queue: { readonly finishUs: number; readonly bytes: number }[] = [];
  #queuedBytes = 0;
  /** Of the trace: where the next packet begins to be served, and where time stands. */
  #step = 0;
  #nowStep = 0;
  /** When the trace began. */
  #beganAtUs = 0;
  #freeAtUs = 0;
  #lastOutUs = 0;
  #driverLevel = 0;
  #driverAtUs = 0;

  constructor(time: LinkTime, profile: LinkProfile) {
    this.#time = time;
    this.#profile = profile;
    this.#random = createRandom(profile.seed ?? 1);
  }

  /** Behaves otherwise from now on, where the new trace begins; what has been taken already leaves as it would have. */
  reload(profile: LinkProfile): void {
    this.#profile = profile;
    this.#beganAtUs = this.#time.nowUs;
    this.#step = 0;
    this.#nowStep = 0;
  }

  /** Takes a packet, and delivers it or not. */
  send(bytes: number, flow: number, deliver: () => void): void {
    const nowUs = this.#time.nowUs;
    const why = this.#verdict(bytes, nowUs);
    if (why !== 'delivered') {
      this.records.push({ enteredUs: nowUs, leftUs: null, bytes, flow, why });
      return;
    }
    const finishUs = this.#serve(Math.max(nowUs, this.#freeAtUs), bytes * 8);
    this.#freeAtUs = finishUs;
    this.#queue.push({ finishUs, bytes });
    this.#queuedBytes += bytes;
    const jitterUs = (this.#profile.jitterMs ?? 0) * 1000 * this.#random();
    const leftUs = Math.max(this.#lastOutUs, finishUs + this.#profile.delayMs * 1000 + jitterUs);
    this.#lastOutUs = leftUs;
    this.records.push({ enteredUs: nowUs, leftUs, bytes, flow, why });
    this.#time.at(leftUs, deliver);
  }

  #verdict(bytes: number, nowUs: number): LinkRecord['why'] {
    if (this.#overrunsDriver(nowUs)) return 'driver';
    if (this.#random() < (this.#profile.loss ?? 0)) return 'loss';
    while (this.#queue[0] && this.#queue[0].finishUs <= nowUs) {
      this.#queuedBytes -= this.#queue.shift()?.bytes ?? 0;
    }
    return this.#queuedBytes + bytes > this.#queueLimit(nowUs) ? 'queue' : 'delivered';
  }

  #overrunsDriver(nowUs: number): boolean {
    const { driver } = this.#profile;
    if (!driver) return false;
    const drained = ((nowUs - this.#driverAtUs) / 1e6) * driver.packetsPerSecond;
    this.#driverLevel = Math.max(0, this.#driverLevel - drained);
    this.#driverAtUs = nowUs;
    if (this.#driverLevel + 1 > driver.packets) return true;
    this.#driverLevel += 1;
    return false;
  }

  #queueLimit(nowUs: number): number {
    const { queue } = this.#profile;
    const bytes = 'bytes' in queue ? queue.bytes : (this.#rateAt(nowUs) * queue.ms) / 8000;
    return Math.max(MIN_QUEUE_BYTES, bytes);
  }

  #rateAt(nowUs: number): number {
    const { rate } = this.#profile;
    const traceUs = nowUs - this.#beganAtUs;
    while ((rate[this.#nowStep + 1]?.fromUs ?? Number.POSITIVE_INFINITY) <= traceUs) this.#nowStep++;
    return rate[this.#nowStep]?.bps ?? 0;
  }

  /** When so many bits are through that begin to be served at a moment. */
  #serve(startUs: number, bits: number): number {
    const { rate } = this.#profile;
    let left = bits;
    let atUs = startUs - this.#beganAtUs;
    while ((rate[this.#step + 1]?.fromUs ?? Number.POSITIVE_INFINITY) <= atUs) this.#step++;
    for (let step = this.#step; ; step++) {
      const bps = rate[step]?.bps ?? 0;
      const endUs = rate[step + 1]?.fromUs ?? Number.POSITIVE_INFINITY;
      const served = bps === 0 ? 0 : (bps * (endUs - atUs)) / 1e6;
      if (served >= left) return this.#beganAtUs + atUs + (left * 1e6) / bps;
      if (endUs === Number.POSITIVE_INFINITY) return endUs;
      left -= served;
      atUs = endUs;
    }
  }
}
