import type { Clock } from '#shared/clock.ts';
import { systemClock } from '../../system-clock.ts';
import type { AccessUnit, Capture, CaptureEnd, CaptureFormat, Rendition } from '../capture.ts';
import { type CaptureAbilities, ENCODER_ABILITIES } from '../capture-abilities.ts';
import { CaptureError } from '../capture-error.ts';
import { checkFormat, clampBitrate, DEFAULT_BITRATE_BPS, DEFAULT_FORMAT } from '../capture-settings.ts';
import { encodeByteStream } from '../nal-units.ts';
import type { Snapshot } from '../snapshot.ts';
import { BitBudget } from './bit-budget.ts';
import { FilmGrain } from './film-grain.ts';
import { PictureEncoder } from './h264/picture-encoder.ts';
import { Scene } from './scene/scene.ts';

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
  readonly abilities: CaptureAbilities = { ...ENCODER_ABILITIES, description: 'Test picture' };
  readonly #fullFormat: CaptureFormat;
  readonly #clock: Clock;
  readonly #budget: BitBudget;
  readonly #listeners = new Set<(unit: AccessUnit) => void>();
  #end: (end: CaptureEnd) => void = () => undefined;
  #studio: Studio;
  #format: CaptureFormat;
  #state: 'new' | 'running' | 'closed' = 'new';
  #keyframeWanted = true;
  #dueAtMs = 0;
  #lastAtMs = 0;
  #skipUntilMs = 0;
  #cancel: () => void = () => undefined;

  /** @throws CaptureError `bad_settings` */
  constructor(options: TestPictureOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#format = checkFormat(options.format ?? DEFAULT_FORMAT);
    this.#fullFormat = this.#format;
    this.#budget = new BitBudget(clampBitrate(options.bitrateBps ?? DEFAULT_BITRATE_BPS));
    this.#studio = createStudio(this.#format);
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  async start(options: { signal?: AbortSignal } = {}): Promise<void> {
    options.signal?.throwIfAborted();
    if (this.#state !== 'new') throw new TypeError('a capture starts once');
    this.#state = 'running';
    this.#dueAtMs = this.#clock.nowMs();
    this.#lastAtMs = this.#dueAtMs - 1000 / this.#format.frameRate;
    this.#cancel = this.#clock.after(0, () => this.#deliver());
  }

  onAccessUnit(listener: (unit: AccessUnit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setBitrate(bitrateBps: number): void {
    this.#budget.bitrateBps = clampBitrate(bitrateBps);
  }

  setLow(): void {
    // There is one rendition.
  }

  requestKeyframe(rendition: Rendition = 'main'): void {
    if (rendition === 'main') this.#keyframeWanted = true;
  }

  skip(forMs: number): void {
    this.#skipUntilMs = this.#clock.nowMs() + forMs;
  }

  /** @throws CaptureError `bad_settings` */
  setFormat(format: CaptureFormat): void {
    this.#format = checkFormat(format);
    this.#studio = createStudio(this.#format);
    this.#keyframeWanted = true;
  }

  setPicture(): void {
    // A drawing has no other side, and no light.
  }

  async snapshot(): Promise<Snapshot> {
    if (this.#state !== 'running') throw new CaptureError('no_picture', 'The camera is off.');
    const { encoder, scene } = createStudio(this.#fullFormat);
    const plan = scene.paint(Math.floor(this.#clock.nowMs()));
    const nalUnits = encoder.encode({ isKeyframe: true, qp: SNAPSHOT_QP, plan });
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
    if (now < this.#skipUntilMs) return;
    const unit = this.#shoot(Math.floor(now));
    for (const listener of [...this.#listeners]) listener(unit);
  }

  /** Pictures are due at multiples of the interval since the start, however late a timer fires. */
  #scheduleNext(now: number): void {
    const intervalMs = 1000 / this.#format.frameRate;
    this.#dueAtMs += intervalMs;
    if (Math.abs(now - this.#dueAtMs) > MAX_LAG_PICTURES * intervalMs) this.#dueAtMs = now + intervalMs;
    this.#cancel = this.#clock.after(Math.max(0, this.#dueAtMs - now), () => this.#deliver());
  }

  #shoot(capturedAtMs: number): AccessUnit {
    const { encoder, scene, grain } = this.#studio;
    const isKeyframe = this.#keyframeWanted;
    this.#keyframeWanted = false;
    const plan = scene.paint(capturedAtMs);
    const room = this.#budget.earn(capturedAtMs - this.#lastAtMs);
    this.#lastAtMs = capturedAtMs;
    if (isKeyframe) grain.clear();
    const grained = isKeyframe ? 0 : grain.sprinkle(plan, room);
    const qp = isKeyframe ? this.#budget.keyframeQp : this.#budget.qp;
    const nalUnits = encoder.encode({ isKeyframe, qp, plan });
    const bytes = nalUnits.reduce((sum, nalUnit) => sum + nalUnit.length, 0);
    this.#budget.spend(bytes * 8, grained, isKeyframe, this.#format.frameRate);
    return { nalUnits, isKeyframe, capturedAtMs, rendition: 'main' };
  }
}

interface Studio {
  readonly encoder: PictureEncoder;
  readonly scene: Scene;
  readonly grain: FilmGrain;
}

function createStudio(format: CaptureFormat): Studio {
  const encoder = new PictureEncoder(format);
  const scene = new Scene(format, encoder.target);
  const grain = new FilmGrain(encoder.target, scene.backdrop);
  grain.reserve(scene.reserved());
  return { encoder, scene, grain };
}
