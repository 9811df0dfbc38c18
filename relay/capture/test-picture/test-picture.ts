import type { Clock } from '#shared/clock.ts';
import { systemClock } from '../../system-clock.ts';
import type { AccessUnit, Capture, CaptureEnd, CaptureFormat, Rendition } from '../capture.ts';
import { type CaptureAbilities, ENCODER_ABILITIES } from '../capture-abilities.ts';
import { CaptureError } from '../capture-error.ts';
import {
  checkFormat,
  clampBitrate,
  clampLowBitrate,
  DEFAULT_BITRATE_BPS,
  DEFAULT_FORMAT,
  lowFormatOf,
} from '../capture-settings.ts';
import { encodeByteStream } from '../nal-units.ts';
import type { Snapshot } from '../snapshot.ts';
import { Studio } from './studio.ts';

/** Settings of a test picture. */
export interface TestPictureOptions {
  /** Default 1280x720 at 30. */
  readonly format?: CaptureFormat;
  /** Default 1 Mbit/s. */
  readonly bitrateBps?: number;
  /** Default the machine's clock. */
  readonly clock?: Clock;
}

/** Behind by more than this, pictures are left out instead of made up for. */
const MAX_LAG_PICTURES = 2;
/** Quantiser of a snapshot: nobody waits for it on a narrow path. */
const SNAPSHOT_QP = 18;

/** A camera that needs no camera: a quiet moving scene, with a clock for people and one for machines. */
export class TestPicture implements Capture {
  readonly closed: Promise<CaptureEnd>;
  readonly abilities: CaptureAbilities = {
    ...ENCODER_ABILITIES,
    description: 'Test picture',
    canMakeLow: true,
  };
  readonly #fullFormat: CaptureFormat;
  readonly #clock: Clock;
  readonly #listeners = new Set<(unit: AccessUnit) => void>();
  #end: (end: CaptureEnd) => void = () => undefined;
  #bitrateBps: number;
  #main: Studio;
  /** Null while nobody wants the low rendition. */
  #low: Studio | null = null;
  #state: 'new' | 'running' | 'closed' = 'new';
  #dueAtMs = 0;
  #lowDueAtMs = 0;
  #skipUntilMs = 0;
  #cancel: () => void = () => undefined;

  /** @throws CaptureError `bad_settings` */
  constructor(options: TestPictureOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#fullFormat = checkFormat(options.format ?? DEFAULT_FORMAT);
    this.#bitrateBps = clampBitrate(options.bitrateBps ?? DEFAULT_BITRATE_BPS);
    this.#main = new Studio(this.#fullFormat, this.#bitrateBps);
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  async start(options: { signal?: AbortSignal } = {}): Promise<void> {
    options.signal?.throwIfAborted();
    if (this.#state !== 'new') throw new TypeError('a capture starts once');
    this.#state = 'running';
    this.#dueAtMs = this.#clock.nowMs();
    this.#cancel = this.#clock.after(0, () => this.#deliver());
  }

  onAccessUnit(listener: (unit: AccessUnit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setBitrate(bitrateBps: number): void {
    this.#bitrateBps = clampBitrate(bitrateBps);
    this.#main.bitrateBps = this.#bitrateBps;
  }

  setLow(bitrateBps: number | null): void {
    if (bitrateBps === null) {
      this.#low = null;
      return;
    }
    const bps = clampLowBitrate(bitrateBps);
    if (this.#low) this.#low.bitrateBps = bps;
    else this.#low = new Studio(lowFormatOf(this.#fullFormat), bps);
  }

  requestKeyframe(rendition: Rendition = 'main'): void {
    if (rendition === 'main') this.#main.wantKeyframe();
    else this.#low?.wantKeyframe();
  }

  skip(forMs: number): void {
    this.#skipUntilMs = this.#clock.nowMs() + forMs;
  }

  /** @throws CaptureError `bad_settings` */
  setFormat(format: CaptureFormat): void {
    this.#main = new Studio(checkFormat(format), this.#bitrateBps);
  }

  setPicture(): void {
    // A drawing has no other side, and no light.
  }

  async snapshot(): Promise<Snapshot> {
    if (this.#state !== 'running') throw new CaptureError('no_picture', 'The camera is off.');
    const studio = new Studio(this.#fullFormat, this.#bitrateBps);
    const nalUnits = studio.still(Math.floor(this.#clock.nowMs()), SNAPSHOT_QP);
    const { width, height } = this.#fullFormat;
    return { type: 'video/h264', bytes: encodeByteStream(nalUnits), width, height };
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    this.#cancel();
    this.#listeners.clear();
    this.#end({ type: 'closed' });
  }

  #deliver(): void {
    const now = this.#clock.nowMs();
    this.#scheduleNext(now);
    const capturedAtMs = Math.floor(now);
    this.#deliverLow(capturedAtMs);
    if (now < this.#skipUntilMs) return;
    this.#emit({ ...this.#main.shoot(capturedAtMs), rendition: 'main' });
  }

  /** The low rendition shows some of the moments of the main one. */
  #deliverLow(capturedAtMs: number): void {
    if (!this.#low || capturedAtMs < this.#lowDueAtMs) return;
    const { frameRate } = this.#low.format;
    // Half a picture of the main rendition early, as its moments are not exact.
    this.#lowDueAtMs = capturedAtMs + 1000 / frameRate - 500 / this.#main.format.frameRate;
    this.#emit({ ...this.#low.shoot(capturedAtMs), rendition: 'low' });
  }

  #emit(unit: AccessUnit): void {
    for (const listener of [...this.#listeners]) listener(unit);
  }

  /** Pictures are due at multiples of the interval since the start, however late a timer fires. */
  #scheduleNext(now: number): void {
    const intervalMs = 1000 / this.#main.format.frameRate;
    this.#dueAtMs += intervalMs;
    if (Math.abs(now - this.#dueAtMs) > MAX_LAG_PICTURES * intervalMs) this.#dueAtMs = now + intervalMs;
    this.#cancel = this.#clock.after(Math.max(0, this.#dueAtMs - now), () => this.#deliver());
  }
}
