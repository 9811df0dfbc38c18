import type { AccessUnit } from '../capture/capture.ts';
import type { EncoderTarget } from '../webrtc/congestion/encoder-target.ts';
import type { PacketizedUnit, Packetizer } from '../webrtc/packetizer.ts';

/** The camera as viewers share it: it runs while anybody is acquired, and restarts itself after a fault. */
export interface PictureSource {
  /** Delivers access units from now on; the returned function stops that. */
  acquire(listener: PictureListener): () => void;
  setBitrate(bitrateBps: number): void;
  requestKeyframe(): void;
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
}

/** What is sent until the first target arrives; most links carry it, and it looks decent at 720p. */
const INITIAL_BITRATE_BPS = 1_000_000;
/** Below this a 720p picture falls apart; the frame rate suffers first. */
const MIN_BITRATE_BPS = 100_000;

/** One captured picture, cut into packets once, for everybody who watches. */
export class Broadcast {
  readonly #options: BroadcastOptions;
  readonly #viewers = new Map<Viewer, { target: EncoderTarget | null }>();
  #release: (() => void) | null = null;
  #bitrateBps = 0;

  constructor(options: BroadcastOptions) {
    this.#options = options;
  }

  /** Shows the picture to a viewer, who asks for a keyframe when it is ready for one; the returned function stops that. */
  join(viewer: Viewer): () => void {
    this.#viewers.set(viewer, { target: null });
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

  /** Takes what may be made for a viewer; the slowest path sets the pace. */
  setTarget(viewer: Viewer, target: EncoderTarget): void {
    const entry = this.#viewers.get(viewer);
    if (!entry) return;
    entry.target = target;
    this.#adapt();
  }

  #leave(viewer: Viewer): void {
    if (!this.#viewers.delete(viewer)) return;
    if (this.#viewers.size > 0) this.#adapt();
    else this.#stop();
  }

  #send(unit: AccessUnit): void {
    const packetized = this.#options.packetizer.packetize(unit);
    for (const viewer of this.#viewers.keys()) viewer.send(packetized);
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
  }

  #adapt(): void {
    const affordable = Math.min(
      ...[...this.#viewers.values()].map(({ target }) => target?.bitrateBps ?? INITIAL_BITRATE_BPS),
    );
    const bounded = Math.min(this.#options.maxBitrateBps, Math.max(MIN_BITRATE_BPS, affordable));
    const bitrateBps = Math.round(bounded);
    if (bitrateBps === this.#bitrateBps) return;
    this.#bitrateBps = bitrateBps;
    this.#options.source.setBitrate(bitrateBps);
  }
}
