import { encodeTransportFeedback, NOT_RECEIVED } from '../transport-feedback.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a viewer sends back. */
export interface ViewerReports {
  readonly onFeedback: (packet: Buffer) => void;
  readonly onNack: (sequenceNumbers: readonly number[]) => void;
  readonly onKeyframeRequest: () => void;
}

/** A picture that was shown. */
export interface Shown {
  readonly capturedAtUs: number;
  readonly shownAtUs: number;
}

/** What a packet carries, as the simulation knows without opening it. */
export interface PictureInfo {
  /** Each builds upon the one before, unless it is a keyframe. */
  readonly number: number;
  readonly packets: number;
  readonly isKeyframe: boolean;
  readonly capturedAtUs: number;
}

/** A packet as it comes out of the link. */
export interface SimulatedPacket {
  readonly transportSequenceNumber: number;
  /** Of the media stream, also for a packet sent again. */
  readonly sequenceNumber: number;
  readonly picture: PictureInfo;
}

/** Chromium's least interval; it never grows beyond at the rates simulated here. */
const FEEDBACK_MS = 50;
const NACK_MS = 20;
/** Chromium's assumption until it knows better, and not far from what it learns. */
const NACK_REPEAT_US = 100_000;
const MAX_NACKS = 10;
/** Without a picture for so long it asks for a keyframe. */
const STUCK_US = 3_000_000;
const REFERENCE_US = 64_000;
const DELTA_US = 250;

interface Missing {
  askedAtUs: number;
  asked: number;
}

/** A browser's receiving side: reports arrivals, asks again for what is missing, and shows whole pictures in order. */
export class SimulatedViewer {
  readonly shown: Shown[] = [];
  readonly #time: VirtualTime;
  readonly #reports: ViewerReports;
  /** Unwrapped transport-wide numbers. */
  readonly #arrivals = new Map<number, number>();
  readonly #missing = new Map<number, Missing>();
  readonly #received = new Set<number>();
  readonly #pictures = new Map<number, { info: PictureInfo; packets: number }>();
  #firstUnreported: number | null = null;
  #newestTransport: number | null = null;
  #newestMedia: number | null = null;
  #feedbackCount = 0;
  #nextPicture: number | null = null;
  #progressAtUs = 0;
  #askedForKeyframe = false;

  constructor(time: VirtualTime, reports: ViewerReports) {
    this.#time = time;
    this.#reports = reports;
    time.every(FEEDBACK_MS, () => this.#report());
    time.every(NACK_MS, () => this.#askAgain());
  }

  receive(packet: SimulatedPacket): void {
    this.#noteArrival(packet.transportSequenceNumber);
    const sequenceNumber = this.#noteMedia(packet.sequenceNumber);
    if (this.#received.has(sequenceNumber)) return;
    this.#received.add(sequenceNumber);
    this.#missing.delete(sequenceNumber);
    const { picture } = packet;
    const entry = this.#pictures.get(picture.number) ?? { info: picture, packets: 0 };
    entry.packets++;
    this.#pictures.set(picture.number, entry);
    this.#show();
  }

  #noteArrival(sequenceNumber: number): void {
    const newest = this.#newestTransport ?? sequenceNumber;
    const number = unwrap(sequenceNumber, newest);
    this.#newestTransport = Math.max(newest, number);
    this.#firstUnreported ??= number;
    if (number >= this.#firstUnreported) this.#arrivals.set(number, this.#time.nowUs);
  }

  #noteMedia(sequenceNumber: number): number {
    const newest = this.#newestMedia;
    if (newest === null) {
      this.#newestMedia = sequenceNumber;
      return sequenceNumber;
    }
    const number = unwrap(sequenceNumber, newest);
    const gap: number[] = [];
    for (let lost = newest + 1; lost < number; lost++) {
      this.#missing.set(lost, { askedAtUs: this.#time.nowUs, asked: 1 });
      gap.push(lost & 0xffff);
    }
    if (gap.length > 0) this.#reports.onNack(gap);
    this.#newestMedia = Math.max(newest, number);
    return number;
  }

  #askAgain(): void {
    const nowUs = this.#time.nowUs;
    const due = [...this.#missing].filter(([, { askedAtUs }]) => nowUs - askedAtUs >= NACK_REPEAT_US);
    for (const [number, missing] of due) {
      missing.askedAtUs = nowUs;
      if (++missing.asked > MAX_NACKS) this.#missing.delete(number);
    }
    if (due.length > 0) this.#reports.onNack(due.map(([number]) => number & 0xffff));
    const isStuck = this.#pictures.size > 0 && nowUs - this.#progressAtUs > STUCK_US;
    if (!isStuck || this.#askedForKeyframe) return;
    this.#askedForKeyframe = true;
    this.#reports.onKeyframeRequest();
  }

  /** Shows what is whole and follows upon the last picture, or begins anew at a whole keyframe. */
  #show(): void {
    for (;;) {
      const next = this.#findShowable();
      if (!next) return;
      this.shown.push({ capturedAtUs: next.capturedAtUs, shownAtUs: this.#time.nowUs });
      this.#progressAtUs = this.#time.nowUs;
      this.#askedForKeyframe = false;
      for (const number of this.#pictures.keys()) if (number <= next.number) this.#pictures.delete(number);
      this.#nextPicture = next.number + 1;
    }
  }

  #findShowable(): PictureInfo | null {
    const isWhole = (entry?: { info: PictureInfo; packets: number }) =>
      entry !== undefined && entry.packets === entry.info.packets;
    const following = this.#nextPicture === null ? undefined : this.#pictures.get(this.#nextPicture);
    if (following && isWhole(following)) return following.info;
    for (const entry of this.#pictures.values()) {
      const isNew = this.#nextPicture === null || entry.info.number > this.#nextPicture;
      if (entry.info.isKeyframe && isNew && isWhole(entry)) return entry.info;
    }
    return null;
  }

  #report(): void {
    const [base, newest] = [this.#firstUnreported, this.#newestTransport];
    if (base === null || newest === null || newest < base) return;
    const first = this.#arrivals.get(this.#firstArrived(base, newest)) ?? 0;
    const referenceTime = Math.floor(first / REFERENCE_US);
    let ticks = (referenceTime * REFERENCE_US) / DELTA_US;
    const deltas = Int32Array.from({ length: newest - base + 1 }, (_, index) => {
      const arrivedAtUs = this.#arrivals.get(base + index);
      if (arrivedAtUs === undefined) return NOT_RECEIVED;
      const delta = Math.round(arrivedAtUs / DELTA_US) - ticks;
      ticks += delta;
      return delta;
    });
    this.#arrivals.clear();
    this.#firstUnreported = newest + 1;
    const feedback = {
      baseSequenceNumber: base & 0xffff,
      referenceTime: referenceTime & 0xff_ffff,
      feedbackCount: this.#feedbackCount++ & 0xff,
      deltas,
    };
    this.#reports.onFeedback(encodeTransportFeedback(feedback, { senderSsrc: 1, mediaSsrc: 2 }));
  }

  #firstArrived(base: number, newest: number): number {
    for (let number = base; number < newest; number++) if (this.#arrivals.has(number)) return number;
    return newest;
  }
}

/** The number nearest to `near` that has these lower 16 bits. */
function unwrap(sequenceNumber: number, near: number): number {
  return near + (((sequenceNumber - near) << 16) >> 16);
}
