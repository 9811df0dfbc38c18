import type { CongestionControl, PathState } from './congestion-control.ts';
import type { RateLimits } from './rate-controller.ts';

/** Faster than the target, so that a picture is there sooner than the next one. */
const PACING = 1.5;
/** Where the path carries more than there is to send. */
const WIDE_PACING = 4;
/** The first picture goes before there is an estimate. */
const FIRST_PICTURE = 8;
const ASSUMED_ROUND_TRIP_US = 50_000;
/** Losses above the first share lower the target, those below the second let it rise again (draft-ietf-rmcat-gcc-02 §6). */
const HIGH_LOSS = 0.1;
const LOW_LOSS = 0.02;
const RECOVERY = 1.05;

/** Congestion control by the viewer's own estimate (draft-alvestrand-rmcat-remb-03), where it sends no transport-wide feedback. */
export class RembControl implements CongestionControl {
  readonly #limits: RateLimits;
  #estimateBps: number | null = null;
  /** What losses leave of the estimate. */
  #lossLimitBps = Number.POSITIVE_INFINITY;
  #sent = 0;

  #roundTripUs = ASSUMED_ROUND_TRIP_US;

  readonly wantsCopies = false;

  constructor(limits: RateLimits) {
    this.#limits = limits;
  }

  get nextSequenceNumber(): number {
    return this.#sent & 0xffff;
  }

  get roundTripUs(): number {
    return this.#roundTripUs;
  }

  get targetBps(): number {
    const { initialBps, minBps, maxBps } = this.#limits;
    const bps = Math.min(this.#estimateBps ?? initialBps, this.#lossLimitBps);
    return Math.min(maxBps, Math.max(minBps, bps));
  }

  pacingBps(): number {
    const { targetBps } = this;
    if (this.#estimateBps === null) return targetBps * FIRST_PICTURE;
    return targetBps * (targetBps < this.#limits.maxBps ? PACING : WIDE_PACING);
  }

  hasRoom(): boolean {
    return true;
  }

  backlogUs(waitingBytes: number): number {
    return (waitingBytes * 8e6) / this.targetBps;
  }

  pathState(): PathState {
    return this.#lossLimitBps < (this.#estimateBps ?? 0) ? 'full' : 'open';
  }

  handleSent(): void {
    this.#sent++;
  }

  handleIdle(): void {
    // It sends no probes.
  }

  handleFeedback(): void {
    // Not agreed upon, and so not believed.
  }

  handleEstimate(estimateBps: number): void {
    this.#estimateBps = estimateBps;
  }

  handleReception(fractionLost: number, roundTripUs: number | null): void {
    this.#roundTripUs = roundTripUs ?? this.#roundTripUs;
    if (fractionLost > HIGH_LOSS) this.#lossLimitBps = this.targetBps * (1 - fractionLost / 2);
    else if (fractionLost < LOW_LOSS) this.#lossLimitBps *= RECOVERY;
  }

  handlePathChange(): void {
    this.#lossLimitBps = Number.POSITIVE_INFINITY;
  }

  tick(): void {
    // The viewer keeps the time.
  }
}
