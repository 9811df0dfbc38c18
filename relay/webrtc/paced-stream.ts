import type { CongestionControl } from './congestion/congestion-control.ts';
import { Pacer } from './congestion/pacer.ts';
import type { PacketizedUnit } from './packetizer.ts';
import { RetransmissionQueue } from './retransmission-queue.ts';
import type { RtpWriter } from './rtp-writer.ts';
import { WaitingPictures } from './waiting-pictures.ts';

/** A viewer's stream and what decides about its pace. */
export interface PacedStreamOptions {
  readonly writer: RtpWriter;
  readonly control: CongestionControl;
  /** Pictures had to be left out: only a keyframe helps. */
  readonly onKeyframeNeeded: () => void;
}

/** A second request for one packet within this part of a round trip crossed with the answer to the first. */
const DUPLICATE_WINDOW = 0.8;
const MIN_DUPLICATE_WINDOW_US = 10_000;
/** As many transport-wide numbers as are told of; a power of two that divides their space. */
const REMEMBERED_NUMBERS = 4096;
const NO_REPEAT = -1;
/** Often enough that a path is found alive within half a second, too seldom to matter. */
const ASK_US = 500_000;

/** Sends one viewer's pictures, and again what got lost, at the pace its path allows. */
export class PacedStream {
  readonly #options: PacedStreamOptions;
  readonly #pacer = new Pacer();
  readonly #pictures: WaitingPictures;
  readonly #retransmissions = new RetransmissionQueue();
  /** What was sent again under a transport-wide number. */
  readonly #repeats = new Int32Array(REMEMBERED_NUMBERS).fill(NO_REPEAT);
  #isStarted = false;
  #isResting = false;
  /** RTP timestamp of the newest keyframe; null while another one is asked for, as that one is of no more use. */
  #keyframeTimestamp: number | null = null;
  #askedAtUs = 0;

  constructor(options: PacedStreamOptions) {
    this.#options = options;
    this.#pictures = new WaitingPictures((packet) => options.writer.sizeOf(packet));
  }

  /** What waits to be sent, bytes on the wire. */
  get waitingBytes(): number {
    return this.#pictures.bytes;
  }

  /** What was sent again in the last second, bits. */
  retransmissionBps(nowUs: number): number {
    return this.#retransmissions.bps(nowUs);
  }

  /** Takes a picture; until the first keyframe there is nothing a viewer could show. */
  enqueue(unit: PacketizedUnit, nowUs: number): void {
    if (!this.#isStarted && !unit.isKeyframe) return;
    this.#isStarted = true;
    this.#isResting = false;
    if (unit.isKeyframe) this.#keyframeTimestamp = unit.rtpTimestamp;
    this.#pictures.add(unit, nowUs);
    if (this.#pictures.dropStale(nowUs) !== 'everything') return;
    this.#isStarted = false;
    this.#options.onKeyframeNeeded();
  }

  /** Says that no pictures are wanted until the next keyframe: nothing is sent in their place either. */
  rest(): void {
    this.#isStarted = false;
    this.#isResting = true;
  }

  /** Takes the numbers of a NACK. */
  retransmit(sequenceNumbers: readonly number[], nowUs: number): void {
    const { writer, control } = this.#options;
    const spacingUs = Math.max(control.roundTripUs * DUPLICATE_WINDOW, MIN_DUPLICATE_WINDOW_US);
    for (const sequenceNumber of sequenceNumbers) {
      if (writer.claimRetransmission(sequenceNumber, nowUs, spacingUs))
        this.#retransmissions.add(sequenceNumber);
      else this.#handleExpired(sequenceNumber, nowUs);
    }
  }

  /** Sends a retransmission anew whose loss the feedback shows, which is sooner than the viewer asks again. */
  handleLoss(transportSequenceNumber: number, nowUs: number): void {
    const index = transportSequenceNumber % REMEMBERED_NUMBERS;
    const sequenceNumber = this.#repeats[index] ?? NO_REPEAT;
    this.#repeats[index] = NO_REPEAT;
    if (sequenceNumber !== NO_REPEAT && this.#options.writer.claimRetransmission(sequenceNumber, nowUs, 0))
      this.#retransmissions.add(sequenceNumber);
  }

  /** Sends what may go now; whether more will go with time alone, without word of the viewer. */
  pump(nowUs: number): boolean {
    const { control } = this.#options;
    let isHeldBack = false;
    for (this.#beginStep(nowUs); this.#hasWork; this.#beginStep(nowUs)) {
      isHeldBack = !this.#pacer.tryStep();
      if (isHeldBack || !this.#sendNext(nowUs)) break;
    }
    if (this.#pictures.isEmpty) control.handleIdle();
    if (this.#isAwaitingKeyframe) this.#ask(nowUs);
    return isHeldBack;
  }

  #beginStep(nowUs: number): void {
    this.#pacer.begin(nowUs, this.#options.control.pacingBps(nowUs));
  }

  /** Pictures were left out, and the next one of use is not there yet. */
  get #isAwaitingKeyframe(): boolean {
    return !this.#isStarted && !this.#isResting && this.#pictures.isEmpty;
  }

  /** Sends something to a path that was silent, so that it can show that it lives. */
  #ask(nowUs: number): void {
    const { control } = this.#options;
    if (nowUs - this.#askedAtUs < ASK_US || control.pathState(nowUs) !== 'silent') return;
    this.#askedAtUs = nowUs;
    const bytes = this.#options.writer.writeCopy(control.nextSequenceNumber, nowUs);
    if (bytes > 0) control.handleSent(bytes, nowUs);
  }

  get #hasWork(): boolean {
    return !this.#pictures.isEmpty || !this.#retransmissions.isEmpty || this.#mayCopy;
  }

  get #mayCopy(): boolean {
    return this.#options.control.wantsCopies && this.#options.writer.hasRetransmission && this.#isStarted;
  }

  #sendNext(nowUs: number): boolean {
    const { control } = this.#options;
    const mayRepeat =
      !this.#retransmissions.isEmpty && this.#retransmissions.hasAllowance(control.targetBps, nowUs);
    if (!control.hasRoom(nowUs, mayRepeat)) return false;
    this.#repeats[control.nextSequenceNumber % REMEMBERED_NUMBERS] = NO_REPEAT;
    const bytes = (mayRepeat && this.#repeat(nowUs)) || this.#sendPicture(nowUs) || this.#sendCopy(nowUs);
    if (bytes === 0) return false;
    control.handleSent(bytes, nowUs);
    this.#pacer.handleSent(bytes);
    return true;
  }

  /** What cannot be sent again holds up all that builds upon it; the viewer itself would wait for three seconds. */
  #handleExpired(sequenceNumber: number, nowUs: number): void {
    const timestamp = this.#options.writer.timestampOfExpired(sequenceNumber, nowUs);
    if (timestamp === null || this.#keyframeTimestamp === null) return;
    // Of pictures before the newest keyframe nothing is needed any more.
    if (isBefore(timestamp, this.#keyframeTimestamp)) return;
    this.#keyframeTimestamp = null;
    this.#options.onKeyframeNeeded();
  }

  #repeat(nowUs: number): number {
    const { writer, control } = this.#options;
    for (let number = this.#retransmissions.take(); number !== null; number = this.#retransmissions.take()) {
      const bytes = writer.writeRetransmission(number, control.nextSequenceNumber, nowUs);
      if (bytes === 0) {
        this.#handleExpired(number, nowUs);
        continue;
      }
      this.#repeats[control.nextSequenceNumber % REMEMBERED_NUMBERS] = number;
      this.#retransmissions.handleSent(bytes, nowUs);
      return bytes;
    }
    return 0;
  }

  #sendPicture(nowUs: number): number {
    const { writer, control } = this.#options;
    const packet = this.#pictures.take();
    return packet ? writer.writePacket(packet, control.nextSequenceNumber, nowUs) : 0;
  }

  #sendCopy(nowUs: number): number {
    const { writer, control } = this.#options;
    return this.#mayCopy ? writer.writeCopy(control.nextSequenceNumber, nowUs) : 0;
  }
}

/** Whether one RTP timestamp comes before another one (RFC 3550 §5.1: modulo 2^32). */
function isBefore(one: number, other: number): boolean {
  return ((one - other) | 0) < 0;
}
