import type { MediaPacket, PacketizedUnit } from '../../packetizer.ts';
import { MAX_PAYLOAD_BYTES } from '../../packetizer.ts';
import type { EncoderTarget } from '../encoder-target.ts';
import { type EncoderModel, SimulatedEncoder } from './simulated-encoder.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Who gets the pictures. */
export interface CameraViewer {
  send(unit: PacketizedUnit): void;
}

/** What is sent until a viewer's first target comes. */
const INITIAL_BPS = 1_000_000;
/** All viewers who miss something get one keyframe between them, as of a shared capture. */
const KEYFRAME_SPACING_MS = 500;
const PAYLOAD = new Uint8Array(MAX_PAYLOAD_BYTES);

/** A camera that makes pictures of no content, as large as the least of its viewers' targets allows. */
export class SimulatedCamera {
  readonly #time: VirtualTime;
  readonly #encoder: SimulatedEncoder;
  readonly #canSkip: boolean;
  readonly #targets = new Map<CameraViewer, EncoderTarget>();
  #keyframeWanted = false;
  #keyframeAtMs = Number.NEGATIVE_INFINITY;
  #skipUntilMs = 0;

  constructor(time: VirtualTime, model: EncoderModel) {
    this.#time = time;
    this.#encoder = new SimulatedEncoder(model);
    this.#canSkip = model.canSkip;
    this.#encoder.setBitrate(INITIAL_BPS, 0);
    time.every(1000 / model.frameRate, () => this.#shoot());
  }

  join(viewer: CameraViewer): void {
    this.#targets.set(viewer, { bitrateBps: INITIAL_BPS, skipMs: 0 });
    this.requestKeyframe();
  }

  setTarget(viewer: CameraViewer, target: EncoderTarget): void {
    this.#targets.set(viewer, target);
    const all = [...this.#targets.values()];
    this.#encoder.setBitrate(Math.min(...all.map(({ bitrateBps }) => bitrateBps)), this.#time.nowMs());
    const skipMs = Math.min(...all.map((each) => each.skipMs));
    if (this.#canSkip) this.#skipUntilMs = this.#time.nowMs() + skipMs;
  }

  requestKeyframe(): void {
    this.#keyframeWanted = true;
  }

  #shoot(): void {
    const nowMs = this.#time.nowMs();
    if (nowMs < this.#skipUntilMs) return;
    const isKeyframe = this.#keyframeWanted && nowMs - this.#keyframeAtMs >= KEYFRAME_SPACING_MS;
    if (isKeyframe) {
      this.#keyframeWanted = false;
      this.#keyframeAtMs = nowMs;
    }
    const unit = this.#cut(this.#encoder.encode(isKeyframe, nowMs), isKeyframe);
    for (const viewer of this.#targets.keys()) viewer.send(unit);
  }

  #cut(bytes: number, isKeyframe: boolean): PacketizedUnit {
    const capturedAtMs = this.#time.nowMs();
    const rtpTimestamp = Math.round(capturedAtMs * 90) >>> 0;
    const count = Math.ceil(bytes / MAX_PAYLOAD_BYTES);
    const payload = PAYLOAD.subarray(0, Math.ceil(bytes / count));
    const packets: MediaPacket[] = Array.from({ length: count }, (_, index) => {
      return { payload, marker: index === count - 1, rtpTimestamp, capturedAtMs };
    });
    return { packets, rtpTimestamp, isKeyframe, rendition: 'main' };
  }
}
