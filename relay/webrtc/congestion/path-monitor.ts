import { ArrivalGroups } from './arrival-groups.ts';
import { BusyRate } from './busy-rate.ts';
import { DeliveryRate } from './delivery-rate.ts';
import { Narrowing } from './narrowing.ts';
import { QueueDelay } from './queue-delay.ts';
import type { ArrivedPacket } from './send-history.ts';
import { Trendline } from './trendline.ts';

/** What the packets of a feedback tell about the path. */
export interface PathReport {
  /** What queues on the path hold, microseconds, without bursts and jitter. */
  readonly queueUs: number;
  /** How far packets wander about, microseconds, while nothing is wrong: bursts, jitter. */
  readonly noiseUs: number;
  /** The queue is growing. */
  readonly isOveruse: boolean;
  /** The queue grows so fast that the path must have become narrower: what it carries now, bits a second. */
  readonly collapsedBps: number | null;
  /** Bits a second that arrived of late; null before there are any. */
  readonly deliveredBps: number | null;
  /** Bits a second that arrived while the queue never ran empty: what the path carries; null while it does run empty. */
  readonly busyBps: number | null;
}

/** Less than that is no queue but the unevenness of what is sent. */
const OVERUSE_QUEUE_US = 10_000;
/** A queue that stands is not noise, however long it does. */
const STANDING_QUEUE_US = 15_000;
/** A probe raises the queue for its own length and the reports of the one after. */
const PROBE_SHADOW_US = 150_000;
/** More than the pictures' own bursts make. */
const COLLAPSE_QUEUE_US = 25_000;
const COLLAPSE_BESIDE_PROBE_US = 60_000;
const COLLAPSE_NOISE_FACTOR = 2.5;
const OVERUSE_NOISE_FACTOR = 0.8;
const NOISE_WEIGHT = 0.05;
const INITIAL_NOISE_US = 5_000;
const SHORT_US = 150_000;
const LONG_US = 500_000;
const BUSY_US = 300_000;
const MIN_BUSY_US = 40_000;

/** Reads a path off the arrivals of its packets. */
export class PathMonitor {
  readonly #groups = new ArrivalGroups();
  readonly #trendline = new Trendline();
  readonly #queue = new QueueDelay();
  readonly #delivery = new DeliveryRate();
  readonly #busy = new BusyRate();
  readonly #narrowing = new Narrowing();
  #lastQueueUs = 0;
  #peakQueueUs = 0;
  /** The peaks of the queue while nothing is wrong. */
  #noiseUs = INITIAL_NOISE_US;
  #probeSentAtUs = Number.NEGATIVE_INFINITY;
  #lastSentAtUs = 0;

  /** Takes a packet that has arrived, in the order of sending. */
  add(packet: ArrivedPacket): void {
    const { sentAtUs, arrivedAtUs, bytes, cluster } = packet;
    this.#lastSentAtUs = sentAtUs;
    this.#lastQueueUs = this.#queue.add(sentAtUs, arrivedAtUs);
    this.#peakQueueUs = Math.max(this.#peakQueueUs, this.#lastQueueUs);
    this.#delivery.add(arrivedAtUs, bytes);
    this.#busy.add(arrivedAtUs, bytes, this.#lastQueueUs);
    this.#narrowing.add(packet);
    if (cluster !== 0) {
      this.#probeSentAtUs = sentAtUs;
      this.#groups.reset();
    } else if (this.#groups.add(packet)) {
      this.#trendline.update(this.#groups.sendDeltaUs, this.#groups.arrivalDeltaUs, arrivedAtUs);
    }
  }

  /** What has become of the path by the last packet. */
  report(): PathReport {
    const queueUs = this.#queue.standingUs;
    const isBesideProbe = this.#lastSentAtUs - this.#probeSentAtUs < PROBE_SHADOW_US;
    const collapsedBps = this.#collapse(isBesideProbe);
    if (collapsedBps === null && queueUs < STANDING_QUEUE_US) this.#learnNoise();
    this.#peakQueueUs = 0;
    const short = this.#delivery.over(SHORT_US);
    const long = this.#delivery.over(LONG_US);
    return {
      queueUs,
      noiseUs: this.#noiseUs,
      isOveruse:
        this.#trendline.use === 'overuse' &&
        queueUs >= Math.max(OVERUSE_QUEUE_US, this.#noiseUs * OVERUSE_NOISE_FACTOR) &&
        !isBesideProbe,
      collapsedBps,
      deliveredBps: short === null ? long : Math.max(short, long ?? 0),
      busyBps: this.#busy.over(BUSY_US, MIN_BUSY_US),
    };
  }

  /** Begins anew on another path. */
  reset(): void {
    this.#queue.reset();
    this.#groups.reset();
  }

  #collapse(isBesideProbe: boolean): number | null {
    const least = isBesideProbe ? COLLAPSE_BESIDE_PROBE_US : COLLAPSE_QUEUE_US;
    if (this.#lastQueueUs < Math.max(least, this.#noiseUs * COLLAPSE_NOISE_FACTOR)) return null;
    return this.#narrowing.bps;
  }

  #learnNoise(): void {
    if (this.#trendline.use === 'normal') this.#noiseUs += NOISE_WEIGHT * (this.#peakQueueUs - this.#noiseUs);
  }
}
