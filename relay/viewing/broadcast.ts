import type { Clock } from '#shared/clock.ts';
import type { AccessUnit, CaptureEnd, CaptureFormat, Rendition } from '../capture/capture.ts';
import type { CaptureAbilities } from '../capture/capture-abilities.ts';
import type { CaptureTrouble } from '../capture/capture-error.ts';
import type { PictureSettings } from '../capture/picture-settings.ts';
import type { Snapshot } from '../capture/snapshot.ts';
import { systemClock } from '../system-clock.ts';
import type { EncoderTarget } from '../webrtc/congestion/encoder-target.ts';
import type { PacketizedUnit, Packetizer } from '../webrtc/packetizer.ts';
import { EncoderRate } from './encoder-rate.ts';
import { FormatLadder } from './format-ladder.ts';
import { LOW_BITRATE_BPS } from './low-split.ts';
import { Rungs } from './rungs.ts';
import { Seat } from './seat.ts';

/** The camera as viewers share it: it runs while anybody is acquired, and restarts itself after a fault. */
export interface PictureSource {
  /** Delivers access units from now on; the returned function stops that. */
  acquire(listener: PictureListener): () => void;
  setBitrate(bitrateBps: number): void;
  /** Asks for a picture of a rendition that can be decoded on its own. */
  requestKeyframe(rendition: Rendition): void;
  /** Null, or missing, while that is not known. */
  readonly abilities?: CaptureAbilities | null;
  /** Makes the low rendition too, at so many bits a second, from a keyframe on; null ends it. */
  setLow?(bitrateBps: number | null): void;
  /** Another size and rate to begin with, which no later change of size exceeds. */
  setFullFormat?(format: CaptureFormat): void;
  /** Changes size and rate; a source without it keeps its own. */
  setFormat?(format: CaptureFormat): void;
  /** How the picture stands and how bright it is; a source without it gives it as it is. */
  setPicture?(settings: PictureSettings): void;
  /** Makes no picture for so long, counted anew with each call; a source without it makes small ones. */
  skip?(forMs: number): void;
  /** Takes one picture to keep; a source without it takes none. @throws CaptureError */
  snapshot?(): Promise<Snapshot>;
  /** Lets go of the device at once, rather than in a moment, and of whoever is acquired yet. */
  letGo?(): void;
}

export interface PictureListener {
  onAccessUnit(unit: AccessUnit): void;
  /** The picture has stopped; it is being tried again. */
  onInterruption?(end: CaptureEnd): void;
  /** The picture cannot be had and no retry is left. */
  onFailure(): void;
}

/** One who watches. */
export interface Viewer {
  send(unit: PacketizedUnit): void;
  /** What keeps the picture away for now; null: it comes again. */
  warn?(trouble: CaptureTrouble | null): void;
  /** Whether it gets but a picture every few seconds, for want of room on its path. */
  pace?(isSeldom: boolean): void;
  /** The camera has failed for good. */
  fail(): void;
}

/** Pictures so far, and their bytes. */
export interface PictureCount {
  readonly pictures: number;
  readonly bytes: number;
}

/** The best that is made of a picture. */
export interface PictureLimits {
  /** Ceiling, bits a second. */
  readonly maxBitrateBps: number;
  /** The largest picture, which the source begins with; where it is not given, the size stays as it is. */
  readonly format?: CaptureFormat;
}

export interface BroadcastOptions extends PictureLimits {
  readonly source: PictureSource;
  readonly packetizer: Packetizer;
  /** Default the machine's. */
  readonly clock?: Clock;
}

/** What is sent until the first target arrives; most links carry it, and it looks decent at 720p. */
const INITIAL_BITRATE_BPS = 1_000_000;
/** Below this a 720p picture falls apart; the frame rate suffers first. */
const MIN_BITRATE_BPS = 100_000;
/** Those who get keyframes alone get one this often, for which all the others pay. */
const KEYFRAME_PERIOD_MS = 3_000;

/** One captured picture, in one rendition or two, each cut into packets once, for everybody who watches. */
export class Broadcast {
  readonly #options: BroadcastOptions;
  readonly #clock: Clock;
  readonly #seats = new Map<Viewer, Seat>();
  readonly #rungs = new Rungs<Viewer>();
  readonly #mainRate: EncoderRate;
  readonly #lowRate: EncoderRate;
  readonly #keyframeAtMs = { main: Number.NEGATIVE_INFINITY, low: Number.NEGATIVE_INFINITY };
  readonly #made = { pictures: 0, bytes: 0 };
  #limits: PictureLimits;
  #ladder: FormatLadder | null = null;
  #release: (() => void) | null = null;
  #isSkipping = false;
  #trouble: CaptureTrouble | null = null;

  constructor(options: BroadcastOptions) {
    this.#options = options;
    const { source, maxBitrateBps, clock = systemClock } = options;
    this.#limits = options;
    this.#clock = clock;
    this.#mainRate = new EncoderRate({
      ...{ least: MIN_BITRATE_BPS, most: maxBitrateBps },
      set: (bitrateBps) => source.setBitrate(bitrateBps),
    });
    this.#lowRate = new EncoderRate({
      ...LOW_BITRATE_BPS,
      set: (bitrateBps) => source.setLow?.(bitrateBps),
    });
    this.#resetFormat();
  }

  /** What the source has made so far, of the main rendition. */
  get made(): PictureCount {
    return { ...this.#made };
  }

  /** Shows the picture to a viewer, who asks for a keyframe when it is ready for one; the returned function stops that. */
  join(viewer: Viewer): () => void {
    this.#seats.set(viewer, new Seat((unit) => viewer.send(unit)));
    this.#release ??= this.#options.source.acquire({
      onAccessUnit: (unit) => this.#send(unit),
      onInterruption: (end) => this.#warn('trouble' in end ? end.trouble : 'failed'),
      onFailure: () => this.#fail(),
    });
    if (this.#trouble !== null) viewer.warn?.(this.#trouble);
    this.#adapt();
    return () => this.#leave(viewer);
  }

  /** Makes another picture of it at most, at once for those who watch. */
  setLimits(limits: PictureLimits): void {
    const before = this.#limits;
    this.#limits = limits;
    this.#mainRate.limit(limits.maxBitrateBps);
    if (limits.format && !isSame(limits.format, before.format)) {
      this.#options.source.setFullFormat?.(limits.format);
      this.#ladder = this.#options.source.setFormat ? new FormatLadder(limits.format) : null;
    }
    if (this.#seats.size > 0) this.#adapt();
  }

  /** Asks the camera for a picture that a viewer can begin with. */
  requestKeyframe(viewer: Viewer): void {
    const seat = this.#seats.get(viewer);
    if (seat) this.#options.source.requestKeyframe(seat.awaits);
  }

  /** Takes what may be made for a viewer; the slowest path of those that get the same pictures sets their pace. */
  setTarget(viewer: Viewer, target: EncoderTarget): void {
    const seat = this.#seats.get(viewer);
    if (!seat) return;
    seat.target = target;
    this.#adapt();
  }

  #leave(viewer: Viewer): void {
    if (!this.#seats.delete(viewer)) return;
    if (this.#seats.size > 0) this.#adapt();
    else this.#stop();
  }

  #send(unit: AccessUnit): void {
    if (this.#trouble !== null) this.#warn(null);
    if (unit.rendition === 'main') this.#count(unit);
    const packetized = this.#options.packetizer.packetize(unit);
    if (unit.isKeyframe) this.#keyframeAtMs[unit.rendition] = this.#clock.nowMs();
    for (const seat of this.#seats.values()) seat.take(packetized);
    this.#renewKeyframe(unit.rendition);
  }

  #count({ nalUnits }: AccessUnit): void {
    const size = nalUnits.reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.#made.pictures += 1;
    this.#made.bytes += size;
  }

  /** For those who get nothing else. */
  #renewKeyframe(rendition: Rendition): void {
    if (this.#clock.nowMs() - this.#keyframeAtMs[rendition] < KEYFRAME_PERIOD_MS) return;
    const isAwaited = [...this.#seats.values()].some(
      ({ rung, awaits }) => rung === 'keyframes' && awaits === rendition,
    );
    if (isAwaited) this.#options.source.requestKeyframe(rendition);
  }

  #warn(trouble: CaptureTrouble | null): void {
    this.#trouble = trouble;
    for (const viewer of this.#seats.keys()) viewer.warn?.(trouble);
  }

  #fail(): void {
    const viewers = [...this.#seats.keys()];
    this.#seats.clear();
    this.#stop();
    for (const viewer of viewers) viewer.fail();
  }

  #stop(): void {
    this.#release?.();
    this.#release = null;
    this.#trouble = null;
    this.#setLow();
    this.#resetFormat();
  }

  /** The next viewer begins with the full picture, whatever the last one could have. */
  #resetFormat(): void {
    const { source } = this.#options;
    const { format } = this.#limits;
    if (!format || !source.setFormat) return;
    if (this.#ladder?.isReduced) source.setFormat(format);
    this.#ladder = new FormatLadder(format);
  }

  #adapt(): void {
    const nowMs = this.#clock.nowMs();
    const moved = this.#updateRungs(nowMs);
    const targets = this.#targetsOf('main');
    // Infinite while no path is known.
    const affordable = Math.min(...targets.map(({ bitrateBps }) => bitrateBps));
    this.#mainRate.want(Number.isFinite(affordable) ? affordable : INITIAL_BITRATE_BPS);
    this.#setLow();
    for (const seat of moved)
      if (seat.rung !== 'keyframes') this.#options.source.requestKeyframe(seat.awaits);
    this.#skip(targets);
    const canFollow = !this.#isSkipping && (this.#options.source.abilities?.format ?? 'live') === 'live';
    const format = canFollow ? this.#ladder?.update(this.#mainRate.bitrateBps, nowMs) : null;
    if (format) this.#options.source.setFormat?.(format);
  }

  /** Whose rung has changed. */
  #updateRungs(nowMs: number): Seat[] {
    const { source } = this.#options;
    const { maxBitrateBps } = this.#limits;
    const known = [...this.#seats].flatMap(([viewer, { target }]) =>
      target ? [[viewer, target.bitrateBps] as const] : [],
    );
    const hasLow = source.abilities?.canMakeLow ?? false;
    const changed = this.#rungs.update(new Map(known), { nowMs, hasLow, maxBps: maxBitrateBps });
    return changed.flatMap((viewer) => {
      const seat = this.#seats.get(viewer);
      if (!seat) return [];
      const rung = this.#rungs.rungOf(viewer);
      const isSeldom = rung === 'keyframes';
      if (isSeldom !== (seat.rung === 'keyframes')) viewer.pace?.(isSeldom);
      seat.change(rung, hasLow && rung !== 'full' ? 'low' : 'main');
      return [seat];
    });
  }

  #targetsOf(rendition: Rendition): EncoderTarget[] {
    return [...this.#seats.values()].flatMap((seat) =>
      seat.target && seat.follows(rendition) ? [seat.target] : [],
    );
  }

  /** The second encoder runs while somebody is there who needs it. */
  #setLow(): void {
    const { source } = this.#options;
    if ([...this.#seats.values()].some((seat) => seat.needs('low'))) {
      const affordable = Math.min(...this.#targetsOf('low').map(({ bitrateBps }) => bitrateBps));
      this.#lowRate.want(Number.isFinite(affordable) ? affordable : LOW_BITRATE_BPS.least);
    } else if (this.#lowRate.bitrateBps > 0) {
      this.#lowRate.reset();
      source.setLow?.(null);
    }
  }

  /** Leaves out pictures while they would only wait, with everybody. */
  #skip(targets: readonly EncoderTarget[]): void {
    const skipMs = targets.length === 0 ? 0 : Math.min(...targets.map((target) => target.skipMs));
    if (skipMs === 0 && !this.#isSkipping) return;
    this.#isSkipping = skipMs > 0;
    this.#options.source.skip?.(skipMs);
  }
}

function isSame(a: CaptureFormat, b: CaptureFormat | undefined): boolean {
  return a.width === b?.width && a.height === b.height && a.frameRate === b.frameRate;
}
