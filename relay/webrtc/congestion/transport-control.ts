import type { CongestionControl, PathState } from './congestion-control.ts';
import { PathMonitor, type PathReport } from './path-monitor.ts';
import type { ProbePlan } from './probe-cluster.ts';
import { ProbePlanner } from './probe-planner.ts';
import { Prober } from './prober.ts';
import { RateController, type RateLimits } from './rate-controller.ts';
import { RateMeter } from './rate-meter.ts';
import { type ArrivedPacket, SendHistory } from './send-history.ts';
import { SlidingMinimum } from './sliding-minimum.ts';
import type { TransportFeedback } from './transport-feedback.ts';

/** Faster than the target, so that a picture is there sooner than the next one. */
const PACING = 1.5;
/** Where the path carries more than there is to send: the sooner a picture is out, the less often the processor wakes for it. */
const WIDE_PACING = 4;
const IS_WIDE = 0.95;
/** Where packets get lost for want of a queue. */
const LOSSY_PACING = 1.15;
const LOSSY = 0.005;
/** So long after a queue has grown, what waits goes no faster than the path carries it. */
const CAREFUL_US = 700_000;
/** What may be under way besides a round trip: a feedback's interval, and what makes it late. */
const WINDOW_US = 100_000;
const MIN_WINDOW_BYTES = 6_000;
/** Pictures wait for a retransmission: it may go when others may not yet. */
const RETRANSMISSION_ROOM = 2;
/** A path that does not answer is asked this often. */
const KEEPALIVE_US = 100_000;
/** Fifteen pictures. */
const SENT_WINDOW_US = 500_000;
const ASSUMED_ROUND_TRIP_US = 100_000;
/** Feedback comes so long after the packets it tells of, at most. */
const FEEDBACK_US = 50_000;
/** A keyframe behind such a queue comes too late to be one. */
const FULL_QUEUE_US = 50_000;
/** Longer than any queue that is still worth sending into. */
const SILENCE_US = 500_000;

/** Congestion control by transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
export class TransportControl implements CongestionControl {
  readonly #limits: RateLimits;
  readonly #history = new SendHistory();
  readonly #path = new PathMonitor();
  readonly #prober = new Prober();
  readonly #planner: ProbePlanner;
  readonly #rate: RateController;
  readonly #roundTrips = new SlidingMinimum();
  readonly #sent = new RateMeter(SENT_WINDOW_US);
  #queueUs = 0;
  #reportedAtUs = 0;
  /** Of the packets in the feedback that is being read. */
  #newestSentAtUs: number | null = null;
  #roundTripUs = ASSUMED_ROUND_TRIP_US;
  #congestedAtUs = Number.NEGATIVE_INFINITY;
  #lastSentAtUs = 0;
  /** Packets were sent that nobody has told of, and nothing has been heard since. */
  #isGivenUp = false;

  constructor(limits: RateLimits) {
    this.#limits = limits;
    this.#rate = new RateController(limits);
    this.#planner = new ProbePlanner(limits.maxBps);
    this.#prober.start(this.#planner.first(limits.initialBps));
  }

  get nextSequenceNumber(): number {
    return this.#history.nextSequenceNumber;
  }

  get targetBps(): number {
    return this.#rate.targetBps;
  }

  get wantsCopies(): boolean {
    return this.#prober.wantsCopies;
  }

  get roundTripUs(): number {
    return this.#roundTripUs;
  }

  pacingBps(nowUs: number): number {
    return Math.max(this.#prober.rateBps ?? 0, this.#streamBps(nowUs));
  }

  hasRoom(nowUs: number, isRetransmission: boolean): boolean {
    if (this.#prober.rateBps !== null || nowUs - this.#lastSentAtUs > KEEPALIVE_US) return true;
    const windowBytes = (this.#rate.targetBps * (this.#leastRoundTripUs + WINDOW_US)) / 8e6;
    const roomBytes = Math.max(MIN_WINDOW_BYTES, windowBytes) * (isRetransmission ? RETRANSMISSION_ROOM : 1);
    return this.#history.inFlightBytes < roomBytes;
  }

  backlogUs(waitingBytes: number, nowUs: number): number {
    const carriedBps = Math.max(this.#rate.targetBps, this.#rate.capacityAt(nowUs) ?? 0);
    const neededUs = ((this.#history.inFlightBytes + waitingBytes) * 8e6) / carriedBps;
    return Math.max(0, neededUs - this.#leastRoundTripUs - FEEDBACK_US);
  }

  pathState(nowUs: number): PathState {
    const since = this.#history.inFlightSinceUs;
    if (this.#isGivenUp || (since !== null && nowUs - since > SILENCE_US)) return 'silent';
    // With nothing under way the queue runs empty by itself.
    const drainedUs = since === null ? nowUs - this.#reportedAtUs : 0;
    return this.#queueUs - drainedUs > FULL_QUEUE_US ? 'full' : 'open';
  }

  handleSent(bytes: number, nowUs: number): void {
    this.#history.add(bytes, nowUs, this.#prober.handleSent(bytes, nowUs));
    this.#sent.add(bytes, nowUs);
    this.#lastSentAtUs = nowUs;
  }

  handleIdle(): void {
    this.#prober.handleIdle();
  }

  handleFeedback(feedback: TransportFeedback, nowUs: number, onLoss: (sequenceNumber: number) => void): void {
    this.#newestSentAtUs = null;
    this.#history.report(feedback, nowUs, { onArrival: this.#handleArrival, onLoss });
    if (this.#newestSentAtUs === null) return;
    this.#isGivenUp = false;
    this.#reportedAtUs = nowUs;
    this.#roundTripUs = nowUs - this.#newestSentAtUs;
    this.#roundTrips.add(this.#roundTripUs, nowUs);
    const report = this.#path.report();
    this.#queueUs = report.queueUs;
    this.#updateRate(report, nowUs);
    this.#probe(report, nowUs);
  }

  handleEstimate(): void {
    // Not agreed upon: our own sees every packet.
  }

  handleReception(): void {
    // The feedback says the same, packet by packet.
  }

  handlePathChange(): void {
    this.#path.reset();
    this.#roundTrips.clear();
  }

  tick(nowUs: number): void {
    if (this.#history.settle(nowUs)) this.#isGivenUp = true;
    this.#prober.tick(nowUs);
  }

  get #leastRoundTripUs(): number {
    return this.#roundTrips.least ?? ASSUMED_ROUND_TRIP_US;
  }

  readonly #handleArrival = (packet: ArrivedPacket): void => {
    this.#newestSentAtUs = packet.sentAtUs;
    this.#path.add(packet);
    this.#prober.handleArrival(packet);
  };

  #streamBps(nowUs: number): number {
    const { targetBps } = this.#rate;
    if (nowUs - this.#congestedAtUs < CAREFUL_US)
      return Math.max(targetBps, this.#rate.capacityAt(nowUs) ?? 0);
    if (this.#history.lossRate > LOSSY) return targetBps * LOSSY_PACING;
    return targetBps * (targetBps > this.#limits.maxBps * IS_WIDE ? WIDE_PACING : PACING);
  }

  #updateRate(report: PathReport, nowUs: number): void {
    const roundTripUs = this.#leastRoundTripUs;
    const { lossRate } = this.#history;
    const sentBps = this.#sent.bps(nowUs);
    const verdict = this.#rate.update({ ...report, nowUs, sentBps, roundTripUs, lossRate });
    if (verdict === 'longer') this.#path.reset();
    if (verdict === 'open' || verdict === 'longer') return;
    this.#congestedAtUs = nowUs;
    this.#history.forgetLosses();
    if (verdict === 'collapse') this.#prober.abort();
  }

  #probe(report: PathReport, nowUs: number): void {
    const result = this.#prober.takeResult();
    if (result) this.#rate.raise(result.carriedBps, nowUs);
    if (this.#prober.isBusy) return;
    const plan = (result && this.#planner.follow(result, nowUs)) ?? this.#planNext(report, nowUs);
    if (plan) this.#prober.start(plan);
  }

  #planNext({ queueUs, noiseUs, deliveredBps }: PathReport, nowUs: number): ProbePlan | null {
    return this.#planner.plan({
      ...{ nowUs, queueUs, noiseUs, deliveredBps },
      targetBps: this.#rate.targetBps,
      isCapacityKnown: this.#rate.capacityAt(nowUs) !== null,
      lossRate: this.#history.lossRate,
      decreasedAtUs: this.#rate.decreasedAtUs,
    });
  }
}
