import type { Clock } from '#shared/clock.ts';
import type { AccessUnit, CaptureFormat } from '../capture/capture.ts';
import { systemClock } from '../system-clock.ts';
import type { EncoderTarget } from '../webrtc/congestion/encoder-target.ts';
import type { PacketizedUnit, Packetizer } from '../webrtc/packetizer.ts';
import { FormatLadder } from './format-ladder.ts';
import { Rungs } from './rungs.ts';

/** The camera as viewers share it: it runs while anybody is acquired, and restarts itself after a fault. */
export interface PictureSource {
  /** Delivers access units from now on; the returned function stops that. */
  acquire(listener: PictureListener): () => void;
  setBitrate(bitrateBps: number): void;
  requestKeyframe(): void;
  /** Changes size and rate; a source without it keeps its own. */
  setFormat?(format: CaptureFormat): void;
  /** Makes no picture for so long, counted anew with each call; a source without it makes small ones. */
  skip?(forMs: number): void;
  /** Lets go of the device at once, where nobody is acquired, rather than in a moment. */
  letGo?(): void;
}

export interface PictureListener {
  onAccessUnit(unit: AccessUnit): void;
  /** The picture cannot be had and no retry is left. */
  onFailure(): void;
}

/** One who watches. */
export interface Viewer {
  send(unit: PacketizedUnit): void;
  /** The camera has failed for good. */
  fail(): void;
}

export interface BroadcastOptions {
  readonly source: PictureSource;
  readonly packetizer: Packetizer;
  /** Ceiling, bits a second. */
  readonly maxBitrateBps: number;
  /** The largest picture, which the source begins with; where it is not given, the size stays as it is. */
  readonly format?: CaptureFormat;
  /** Default the machine's. */
  readonly clock?: Clock;
}

/** What is sent until the first target arrives; most links carry it, and it looks decent at 720p. */
const INITIAL_BITRATE_BPS = 1_000_000;
/** Below this a 720p picture falls apart; the frame rate suffers first. */
const MIN_BITRATE_BPS = 100_000;
/** A rise by less is not worth a command to the encoder. */
const NOTABLE_RISE = 1.02;
/** Those who get keyframes alone get one this often, for which all the others pay. */
const KEYFRAME_PERIOD_MS = 3_000;

interface Watching {
  /** Null until the path is known. */
  target: EncoderTarget | null;
  /** Pictures that build on others are of no use to it before a keyframe. */
  needsKeyframe: boolean;
}

/** One captured picture, cut into packets once, for everybody who watches. */
export class Broadcast {
  readonly #options: BroadcastOptions;
  readonly #clock: Clock;
  readonly #viewers = new Map<Viewer, Watching>();
  readonly #rungs = new Rungs<Viewer>();
  #ladder: FormatLadder | null = null;
  #release: (() => void) | null = null;
  #bitrateBps = 0;
  #isSkipping = false;
  #keyframeAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: BroadcastOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#resetFormat();
  }

  /** Shows the picture to a viewer, who asks for a keyframe when it is ready for one; the returned function stops that. */
  join(viewer: Viewer): () => void {
    this.#viewers.set(viewer, { target: null, needsKeyframe: false });
    this.#release ??= this.#options.source.acquire({
      onAccessUnit: (unit) => this.#send(unit),
      onFailure: () => this.#fail(),
    });
    this.#adapt();
    return () => this.#leave(viewer);
  }

  /** Asks the camera for a picture that can be decoded on its own. */
  requestKeyframe(): void {
    this.#options.source.requestKeyframe();
  }

  /** Takes what may be made for a viewer; the slowest path of those that get every picture sets the pace. */
  setTarget(viewer: Viewer, target: EncoderTarget): void {
    const watching = this.#viewers.get(viewer);
    if (!watching) return;
    watching.target = target;
    this.#adapt();
  }

  #leave(viewer: Viewer): void {
    if (!this.#viewers.delete(viewer)) return;
    if (this.#viewers.size > 0) this.#adapt();
    else this.#stop();
  }

  #send(unit: AccessUnit): void {
    const packetized = this.#options.packetizer.packetize(unit);
    if (unit.isKeyframe) this.#keyframeAtMs = this.#clock.nowMs();
    let areKeyframesAwaited = false;
    for (const [viewer, watching] of this.#viewers) {
      const isFull = this.#rungs.rungOf(viewer) === 'full';
      areKeyframesAwaited ||= !isFull;
      if (watching.needsKeyframe && !unit.isKeyframe) continue;
      watching.needsKeyframe = !isFull;
      viewer.send(packetized);
    }
    if (areKeyframesAwaited && this.#clock.nowMs() - this.#keyframeAtMs >= KEYFRAME_PERIOD_MS)
      this.requestKeyframe();
  }

  #fail(): void {
    const viewers = [...this.#viewers.keys()];
    this.#viewers.clear();
    this.#stop();
    for (const viewer of viewers) viewer.fail();
  }

  #stop(): void {
    this.#release?.();
    this.#release = null;
    this.#resetFormat();
  }

  /** The next viewer begins with the full picture, whatever the last one could have. */
  #resetFormat(): void {
    const { format, source } = this.#options;
    if (!format || !source.setFormat) return;
    if (this.#ladder?.isReduced) source.setFormat(format);
    this.#ladder = new FormatLadder(format);
  }

  #adapt(): void {
    const nowMs = this.#clock.nowMs();
    this.#updateRungs(nowMs);
    const targets = [...this.#viewers].flatMap(([viewer, { target }]) =>
      target && this.#rungs.rungOf(viewer) === 'full' ? [target] : [],
    );
    this.#setBitrate(Math.min(...targets.map(({ bitrateBps }) => bitrateBps)));
    this.#skip(targets);
    const format = this.#isSkipping ? null : this.#ladder?.update(this.#bitrateBps, nowMs);
    if (format) this.#options.source.setFormat?.(format);
  }

  #updateRungs(nowMs: number): void {
    const known = [...this.#viewers].flatMap(([viewer, { target }]) =>
      target ? [[viewer, target.bitrateBps] as const] : [],
    );
    for (const viewer of this.#rungs.update(new Map(known), nowMs)) {
      const watching = this.#viewers.get(viewer);
      // Pictures were left out: whoever gets all of them again cannot begin in the middle.
      if (watching) watching.needsKeyframe = true;
      if (this.#rungs.rungOf(viewer) === 'full') this.requestKeyframe();
    }
  }

  /** `affordable` is infinite while no path is known. */
  #setBitrate(affordable: number): void {
    const wanted = Number.isFinite(affordable) ? affordable : INITIAL_BITRATE_BPS;
    const { maxBitrateBps, source } = this.#options;
    const bitrateBps = Math.round(Math.min(maxBitrateBps, Math.max(MIN_BITRATE_BPS, wanted)));
    const isNotable = bitrateBps < this.#bitrateBps || bitrateBps === maxBitrateBps;
    if (bitrateBps === this.#bitrateBps) return;
    if (!isNotable && bitrateBps < this.#bitrateBps * NOTABLE_RISE) return;
    this.#bitrateBps = bitrateBps;
    source.setBitrate(bitrateBps);
  }

  /** Leaves out pictures while they would only wait, with everybody. */
  #skip(targets: readonly EncoderTarget[]): void {
    const skipMs = targets.length === 0 ? 0 : Math.min(...targets.map((target) => target.skipMs));
    if (skipMs === 0 && !this.#isSkipping) return;
    this.#isSkipping = skipMs > 0;
    this.#options.source.skip?.(skipMs);
  }
}
