import { LinkCapacity } from './link-capacity.ts';
import type { PathReport } from './path-monitor.ts';
import { StandingQueue } from './standing-queue.ts';

/** A report with what stands around it. */
export interface RateInputs extends PathReport {
  readonly nowUs: number;
  /** Bits a second that were sent of late. */
  readonly sentBps: number;
  /** 0 to 1. */
  readonly lossRate: number;
  readonly roundTripUs: number;
}

/**
 * What a report said: all well, a queue that grows or stands, a path that has become narrower at a stroke, or one that has
 * become longer.
 */
export type Verdict = 'open' | 'overuse' | 'collapse' | 'longer';

/** Bits a second. */
export interface RateLimits {
  readonly initialBps: number;
  readonly minBps: number;
  readonly maxBps: number;
}

/** How the target answers a growing queue, while that is short and when it is long. */
const MILD_DECREASE = 0.95;
const SHARP_DECREASE = 0.85;
const LONG_QUEUE_US = 50_000;
/** What arrives is about what is in use when it is more than this share of it. */
const CLOSE = 0.8;
/** A decrease shows no earlier than this after a round trip. */
const ANSWER_US = 100_000;
/** A queue longer than this is drained by sending less than the path carries: by a sixth for each 100 ms, down to a share. */
const DRAIN_FROM_US = 15_000;
const DRAIN_SPAN_US = 600_000;
const MIN_DRAIN = 0.8;
/** A queue that stands is drained by this share of what the path carries. */
const STANDING_DRAIN = 0.9;
/** Pictures take this much less than the target, uneven as they are. */
const USUAL_HEADROOM = 1.2;
/** A path that still carries this much of what is in use has not collapsed. */
const COLLAPSED = 0.6;
/** A collapsed path is known by a few packets only. */
const COLLAPSE_SHARE = 0.95;
/** The rise per second: with nothing known, back to the known capacity, and about it. */
const RISE = 0.08;
const RETURN_RISE = 0.5;
const CAREFUL_RISE = 0.015;
/** The longer nothing has gone wrong, the less the known capacity is believed. */
const BOLDER_EACH_US = 4_000_000;
/** Beyond that a known capacity is one no longer. */
const BEYOND_CAPACITY = 1.15;
/** No more than this beyond what has been seen to arrive. */
const MAX_OVER_DELIVERED = 1.5;
const SLACK_BPS = 10_000;
/** What a path with little or no queue loses when it is full. */
const HIGH_LOSS = 0.1;
const LOSS_SPACING_US = 300_000;
/** Reports come 4 to 20 times a second; a longer pause is no reason for a leap. */
const MAX_STEP_US = 200_000;

/** Follows what the path carries, report by report (draft-ietf-rmcat-gcc-02 §5.5, §6). */
export class RateController {
  readonly #limits: RateLimits;
  readonly #capacity = new LinkCapacity();
  readonly #standing = new StandingQueue();
  #targetBps: number;
  #updatedAtUs: number | null = null;
  #decreasedAtUs = Number.NEGATIVE_INFINITY;
  #isDraining = false;

  constructor(limits: RateLimits) {
    this.#limits = limits;
    this.#targetBps = limits.initialBps;
  }

  /** What may be sent, bits a second on the wire. */
  get targetBps(): number {
    return this.#targetBps;
  }

  /** When the target was last lowered. */
  get decreasedAtUs(): number {
    return this.#decreasedAtUs;
  }

  /** What the path carried when it was last seen full, bits a second; null when that is not known. */
  capacityAt(nowUs: number): number | null {
    return this.#capacity.at(nowUs);
  }

  /** Takes what a probe has shown the path to carry, bits a second. */
  raise(bps: number, nowUs: number): void {
    if (bps <= this.#targetBps) return;
    this.#set(bps);
    this.#forgetExceeded(nowUs);
  }

  update(inputs: RateInputs): Verdict {
    const { nowUs, queueUs, busyBps, collapsedBps } = inputs;
    const usedBps = this.#used(inputs);
    const stepUs = Math.min(nowUs - (this.#updatedAtUs ?? nowUs), MAX_STEP_US);
    this.#updatedAtUs = nowUs;
    if (busyBps !== null && queueUs > DRAIN_FROM_US) this.#capacity.add(busyBps, nowUs);
    if (collapsedBps !== null && collapsedBps < usedBps * COLLAPSED) {
      this.#collapse(collapsedBps, nowUs);
      return 'collapse';
    }
    const standing = this.#standing.update(queueUs, inputs.isOveruse, nowUs);
    if (standing === 'accept') return 'longer';
    if (inputs.isOveruse) {
      this.#decrease(inputs);
      return 'overuse';
    }
    if (standing === 'drain') {
      this.#drain(inputs);
      return 'overuse';
    }
    if (inputs.lossRate > HIGH_LOSS) this.#decreaseForLoss(inputs);
    else if (queueUs < DRAIN_FROM_US) this.#increase(inputs, stepUs / 1e6);
    return 'open';
  }

  #collapse(bps: number, nowUs: number): void {
    this.#capacity.add(bps, nowUs);
    this.#lower(bps * COLLAPSE_SHARE, nowUs);
  }

  #decrease(inputs: RateInputs): void {
    const { nowUs, queueUs, roundTripUs } = inputs;
    const carriedBps = inputs.busyBps ?? inputs.deliveredBps;
    if (carriedBps === null) return;
    const usedBps = this.#used(inputs);
    const isAnswered = nowUs - this.#decreasedAtUs > roundTripUs + ANSWER_US;
    if (queueUs < LONG_QUEUE_US && carriedBps > usedBps * CLOSE) {
      // What arrived in so short a time is too uneven to be followed to the last bit.
      if (isAnswered) this.#lower(usedBps * MILD_DECREASE, nowUs);
      return;
    }
    const drain = Math.max(MIN_DRAIN, 1 - Math.max(0, queueUs - DRAIN_FROM_US) / DRAIN_SPAN_US);
    this.#lower(Math.min(usedBps * (isAnswered ? SHARP_DECREASE : 1), carriedBps * drain), nowUs);
  }

  #drain(inputs: RateInputs): void {
    const carriedBps = inputs.busyBps ?? inputs.deliveredBps;
    if (carriedBps !== null)
      this.#lower(Math.min(this.#used(inputs), carriedBps) * STANDING_DRAIN, inputs.nowUs);
  }

  /** The target, or what is in use of it: more than that has made no queue. */
  #used({ sentBps }: RateInputs): number {
    return Math.min(this.#targetBps, sentBps * USUAL_HEADROOM);
  }

  #decreaseForLoss({ nowUs, lossRate }: RateInputs): void {
    if (nowUs - this.#decreasedAtUs > LOSS_SPACING_US)
      this.#lower(this.#targetBps * (1 - lossRate / 2), nowUs);
  }

  #increase({ nowUs, deliveredBps }: RateInputs, seconds: number): void {
    const capacity = this.#capacity.at(nowUs);
    if (this.#isDraining) {
      // The queue is gone, and with it the reason to send less than the path carries.
      this.#isDraining = false;
      this.#set(Math.max(this.#targetBps, capacity ?? 0));
      return;
    }
    const next = this.#targetBps * (1 + this.#riseTowards(capacity, nowUs) * seconds);
    const most = deliveredBps === null ? next : deliveredBps * MAX_OVER_DELIVERED + SLACK_BPS;
    this.#set(Math.max(this.#targetBps, Math.min(next, most)));
    this.#forgetExceeded(nowUs);
  }

  #riseTowards(capacity: number | null, nowUs: number): number {
    if (capacity === null) return RISE;
    if (this.#targetBps < capacity) return RETURN_RISE;
    const calmUs = nowUs - this.#decreasedAtUs;
    return Math.min(RISE, CAREFUL_RISE * (1 + calmUs / BOLDER_EACH_US) ** 2);
  }

  #forgetExceeded(nowUs: number): void {
    const capacity = this.#capacity.at(nowUs);
    if (capacity !== null && this.#targetBps > capacity * BEYOND_CAPACITY) this.#capacity.forget();
  }

  #lower(bps: number, nowUs: number): void {
    if (bps >= this.#targetBps) return;
    this.#decreasedAtUs = nowUs;
    this.#isDraining = true;
    this.#set(bps);
  }

  #set(bps: number): void {
    this.#targetBps = Math.min(this.#limits.maxBps, Math.max(this.#limits.minBps, bps));
  }
}
