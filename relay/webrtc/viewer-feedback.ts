import type { TransportFeedback } from './congestion/transport-feedback.ts';
import { createEmitter } from './emitter.ts';
import { toCompactNtp, toNtpTime } from './ntp-time.ts';
import { parseRtcp, type ReceptionReport, type RtcpMessage } from './rtcp.ts';

/** How the stream arrives, once or so a second. */
export interface ReceptionFeedback {
  /** Lost since the previous report, 0 to 1. */
  readonly fractionLost: number;
  readonly roundTripMs: number | null;
  /** Inter-arrival jitter. */
  readonly jitterMs: number;
}

/** What one viewer's RTCP asks of us, and of which stream. */
export interface ViewerFeedbackOptions {
  readonly ssrc: number;
  readonly onNack: (sequenceNumbers: readonly number[]) => void;
}

const UNITS_PER_SECOND = 65_536;
/** Some four times the packets of a usual stream: enough to mend any loss that leaves a picture, too little to fill the uplink. */
const MAX_NACKED_PER_SECOND = 1000;

/** Sorts the viewer's feedback; only what concerns our stream counts. */
export class ViewerFeedback {
  readonly #options: ViewerFeedbackOptions;
  readonly #keyframeRequests = createEmitter<void>();
  readonly #estimates = createEmitter<number>();
  readonly #arrivals = createEmitter<TransportFeedback>();
  readonly #reports = createEmitter<ReceptionFeedback>();
  #roundTripMs: number | null = null;
  #lastFirNumber: number | null = null;
  /** Packets asked for again in the second that began then. */
  #nacked = { sinceMs: Number.NEGATIVE_INFINITY, count: 0 };

  readonly onKeyframeRequest = this.#keyframeRequests.on;
  readonly onBandwidthEstimate = this.#estimates.on;
  readonly onTransportFeedback = this.#arrivals.on;
  readonly onReception = this.#reports.on;

  constructor(options: ViewerFeedbackOptions) {
    this.#options = options;
  }

  /** Takes one decrypted compound packet. */
  receive(packet: Buffer, nowMs: number): void {
    for (const message of parseRtcp(packet)) this.#handle(message, nowMs);
  }

  close(): void {
    for (const emitter of [this.#keyframeRequests, this.#estimates, this.#arrivals, this.#reports])
      emitter.clear();
  }

  #handle(message: RtcpMessage, nowMs: number): void {
    const { ssrc, onNack } = this.#options;
    switch (message.type) {
      case 'reception':
        if (message.report.ssrc === ssrc) this.#handleReception(message.report, nowMs);
        return;
      case 'nack':
        if (message.ssrc === ssrc) onNack(this.#withinBudget(message.sequenceNumbers, nowMs));
        return;
      case 'transport-feedback':
        // It tells of all streams of the transport, and so names any of them.
        this.#arrivals.emit(message.feedback);
        return;
      case 'pli':
        if (message.ssrc === ssrc) this.#keyframeRequests.emit();
        return;
      case 'fir':
        if (message.ssrc === ssrc) this.#handleFir(message.commandNumber);
        return;
      case 'remb':
        // The retransmission stream may stand first, so its place says nothing.
        if (message.ssrcs.includes(ssrc)) this.#estimates.emit(message.bitrateBps);
        return;
      default:
        message satisfies never;
    }
  }

  /** A viewer states its own round trip, so that alone does not bound what it can make us send. */
  #withinBudget(sequenceNumbers: readonly number[], nowMs: number): readonly number[] {
    if (Math.abs(nowMs - this.#nacked.sinceMs) >= 1000) this.#nacked = { sinceMs: nowMs, count: 0 };
    const allowed = sequenceNumbers.slice(0, MAX_NACKED_PER_SECOND - this.#nacked.count);
    this.#nacked.count += allowed.length;
    return allowed;
  }

  /** The same command number again is the same request again (RFC 5104 §4.3.1.1). */
  #handleFir(commandNumber: number): void {
    if (commandNumber === this.#lastFirNumber) return;
    this.#lastFirNumber = commandNumber;
    this.#keyframeRequests.emit();
  }

  #handleReception(report: ReceptionReport, nowMs: number): void {
    if (report.lastSenderReport !== 0) this.#roundTripMs = roundTripOf(report, nowMs);
    this.#reports.emit({
      fractionLost: report.fractionLost,
      roundTripMs: this.#roundTripMs,
      jitterMs: report.jitter / 90,
    });
  }
}

/** RFC 3550 §6.4.1: arrival, less the sender report's time, less the viewer's delay; all modulo 2^32. */
function roundTripOf(
  { lastSenderReport, delaySinceLastSenderReport }: ReceptionReport,
  nowMs: number,
): number {
  const units = (toCompactNtp(toNtpTime(nowMs)) - lastSenderReport - delaySinceLastSenderReport) | 0;
  return (Math.max(units, 0) * 1000) / UNITS_PER_SECOND;
}
