import type { AccessUnit, CaptureFormat } from '../capture/capture.ts';
import type { PictureListener, PictureSource } from '../viewing/broadcast.ts';

/** A picture that can be decoded on its own. */
export const KEYFRAME: AccessUnit = {
  nalUnits: [Uint8Array.of(0x65, 1, 2)],
  isKeyframe: true,
  capturedAtMs: 1,
  rendition: 'main',
};

/** A lens in the hands of a test. */
export class FakeSource implements PictureSource {
  listener: PictureListener | null = null;
  starts = 0;
  bitrateBps = 0;
  keyframeRequests = 0;
  format: CaptureFormat | null = null;
  readonly skippedMs: number[] = [];
  timesLetGo = 0;

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

  setFormat(format: CaptureFormat): void {
    this.format = format;
  }

  skip(forMs: number): void {
    this.skippedMs.push(forMs);
  }

  letGo(): void {
    this.timesLetGo += 1;
  }

  /** A picture for everybody who watches. */
  show(): void {
    this.listener?.onAccessUnit(KEYFRAME);
  }
}
