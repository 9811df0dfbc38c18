import type { AccessUnit } from '../capture/capture.ts';
import type { PictureListener, PictureSource } from '../viewing/broadcast.ts';

const KEYFRAME: AccessUnit = { nalUnits: [Uint8Array.of(0x65, 1, 2)], isKeyframe: true, capturedAtMs: 1 };

/** A lens in the hands of a test. */
export class FakeSource implements PictureSource {
  listener: PictureListener | null = null;
  starts = 0;
  bitrateBps = 0;
  keyframeRequests = 0;

  acquire(listener: PictureListener): () => void {
    this.starts += 1;
    this.listener = listener;
    return () => {
      this.listener = null;
    };
  }

  setBitrate(bitrateBps: number): void {
    this.bitrateBps = bitrateBps;
  }

  requestKeyframe(): void {
    this.keyframeRequests += 1;
  }

  /** A picture for everybody who watches. */
  show(): void {
    this.listener?.onAccessUnit(KEYFRAME);
  }
}
