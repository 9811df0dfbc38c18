import type { Clock } from '#shared/clock.ts';
import type { CongestionControl } from './congestion/congestion-control.ts';
import { type EncoderTarget, encoderTargetOf } from './congestion/encoder-target.ts';
import { PACER_TICK_MS } from './congestion/pacer.ts';
import type { TransportFeedback } from './congestion/transport-feedback.ts';
import { KeyframeGate } from './keyframe-gate.ts';
import { PacedStream } from './paced-stream.ts';
import type { PacketizedUnit } from './packetizer.ts';
import type { RtpWriter } from './rtp-writer.ts';
import type { ReceptionFeedback } from './viewer-feedback.ts';

/** What one viewer's stream is made of. */
export interface ViewerStreamOptions {
  readonly writer: RtpWriter;
  readonly control: CongestionControl;
  /** For timers only. */
  readonly clock: Pick<Clock, 'every'>;
  /** Microseconds on a clock that is never set. */
  readonly nowUs: () => number;
  readonly onTarget: (target: EncoderTarget) => void;
  /** The viewer needs an IDR picture, and its path has room for one. */
  readonly onKeyframeNeeded: () => void;
}

/** How often the stream looks at the time when nothing happens. */
const TICK_MS = 100;
/** A target that differs by less is the same one; it is told again after a while, for those who wait how long it lasts. */
const NOTABLE_CHANGE = 0.01;
const TELL_AGAIN_US = 1_000_000;

/** One viewer's stream in time: paces it while anything waits, and tells what may be made for it. */
export class ViewerStream {
  readonly #options: ViewerStreamOptions;
  readonly #stream: PacedStream;
  readonly #gate = new KeyframeGate();
  readonly #cancelTick: () => void;
  #cancelPacing: (() => void) | null = null;
  #told: EncoderTarget = { bitrateBps: 0, skipMs: 0 };
  #toldAtUs = Number.NEGATIVE_INFINITY;

  constructor(options: ViewerStreamOptions) {
    this.#options = options;
    const { writer, control, clock } = options;
    this.#stream = new PacedStream({ writer, control, onKeyframeNeeded: () => this.requestKeyframe() });
    this.#cancelTick = clock.every(TICK_MS, () => this.#tick());
  }

  /** Sends a picture, at the pace of the path. */
  send(unit: PacketizedUnit): void {
    const nowUs = this.#options.nowUs();
    this.#stream.enqueue(unit, nowUs);
    this.#pump(nowUs);
  }

  /** Says that no pictures are wanted until the next keyframe. */
  rest(): void {
    this.#stream.rest();
  }

  /** Sends again what a NACK asks for. */
  retransmit(sequenceNumbers: readonly number[]): void {
    const nowUs = this.#options.nowUs();
    this.#stream.retransmit(sequenceNumbers, nowUs);
    this.#pump(nowUs);
  }

  /** Notes that the viewer cannot go on without a keyframe. */
  requestKeyframe(): void {
    const nowUs = this.#options.nowUs();
    this.#gate.request(nowUs);
    this.#passKeyframe(nowUs);
  }

  handleFeedback(feedback: TransportFeedback): void {
    const nowUs = this.#options.nowUs();
    this.#options.control.handleFeedback(feedback, nowUs, (sequenceNumber) =>
      this.#stream.handleLoss(sequenceNumber, nowUs),
    );
    this.#tell(nowUs);
    this.#passKeyframe(nowUs);
    this.#pump(nowUs);
  }

  /** Takes the viewer's own estimate of its path, bits a second. */
  handleEstimate(estimateBps: number): void {
    this.#options.control.handleEstimate(estimateBps);
    this.#tell(this.#options.nowUs());
  }

  /** Takes a receiver report. */
  handleReception({ fractionLost, roundTripMs }: ReceptionFeedback): void {
    this.#options.control.handleReception(fractionLost, roundTripMs === null ? null : roundTripMs * 1000);
  }

  /** What the path before carried says nothing of this one, and what is on its way there is lost. */
  handlePathChange(): void {
    this.#options.control.handlePathChange();
    this.requestKeyframe();
  }

  close(): void {
    this.#cancelTick();
    this.#cancelPacing?.();
    this.#cancelPacing = null;
  }

  #tick(): void {
    const nowUs = this.#options.nowUs();
    this.#options.control.tick(nowUs);
    this.#tell(nowUs);
    this.#passKeyframe(nowUs);
    this.#pump(nowUs);
  }

  #pump(nowUs: number): void {
    const hasMore = this.#stream.pump(nowUs);
    if (hasMore) {
      this.#cancelPacing ??= this.#options.clock.every(PACER_TICK_MS, () =>
        this.#pump(this.#options.nowUs()),
      );
    } else {
      this.#cancelPacing?.();
      this.#cancelPacing = null;
    }
  }

  #passKeyframe(nowUs: number): void {
    const path = this.#options.control.pathState(nowUs);
    if (this.#gate.pass(nowUs, path)) this.#options.onKeyframeNeeded();
  }

  #tell(nowUs: number): void {
    const { control, onTarget } = this.#options;
    const { waitingBytes } = this.#stream;
    const target = encoderTargetOf({
      targetBps: control.targetBps,
      retransmissionBps: this.#stream.retransmissionBps(nowUs),
      waitingBytes,
      backlogUs: control.backlogUs(waitingBytes, nowUs),
    });
    const isNew = !isSame(target, this.#told) || nowUs - this.#toldAtUs >= TELL_AGAIN_US;
    if (!isNew) return;
    this.#told = target;
    this.#toldAtUs = nowUs;
    onTarget(target);
  }
}

/** Pictures to be left out are told of each time: so long from now. */
function isSame(one: EncoderTarget, other: EncoderTarget): boolean {
  if (one.skipMs > 0 || other.skipMs > 0) return false;
  return Math.abs(one.bitrateBps - other.bitrateBps) < other.bitrateBps * NOTABLE_CHANGE;
}
