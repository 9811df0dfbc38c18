import type { AccessUnit, CaptureFormat, Rendition } from '../capture/capture.ts';
import type { CaptureAbilities } from '../capture/capture-abilities.ts';
import type { PictureSettings } from '../capture/picture-settings.ts';
import type { Snapshot } from '../capture/snapshot.ts';
import type { PictureListener, PictureSource } from '../viewing/broadcast.ts';
import { ENCODING } from './abilities.ts';

/** A picture that can be decoded on its own. */
export const KEYFRAME: AccessUnit = {
  nalUnits: [Uint8Array.of(0x65, 1, 2)],
  isKeyframe: true,
  capturedAtMs: 1,
  rendition: 'main',
};

/** A lens in the hands of a test. */
export class FakeSource implements PictureSource {
  abilities: CaptureAbilities = ENCODING;
  fullFormat: CaptureFormat | null = null;
  picture: PictureSettings | null = null;
  listener: PictureListener | null = null;
  starts = 0;
  bitrateBps = 0;
  lowBitrateBps: number | null = null;
  readonly requests: Rendition[] = [];
  format: CaptureFormat | null = null;
  readonly skippedMs: number[] = [];
  timesLetGo = 0;
  snapshots = 0;

  acquire(listener: PictureListener): () => void {
    this.starts += 1;
    this.listener = listener;
    return () => {
      this.listener = null;
    };
  }

  /** How often a keyframe was asked for. */
  get keyframeRequests(): number {
    return this.requests.length;
  }

  setBitrate(bitrateBps: number): void {
    this.bitrateBps = bitrateBps;
  }

  setLow(bitrateBps: number | null): void {
    this.lowBitrateBps = bitrateBps;
  }

  requestKeyframe(rendition: Rendition): void {
    this.requests.push(rendition);
  }

  setFormat(format: CaptureFormat): void {
    this.format = format;
  }

  skip(forMs: number): void {
    this.skippedMs.push(forMs);
  }

  setFullFormat(format: CaptureFormat): void {
    this.fullFormat = format;
  }

  setPicture(settings: PictureSettings): void {
    this.picture = settings;
  }

  async snapshot(): Promise<Snapshot> {
    this.snapshots += 1;
    return { type: 'image/jpeg', bytes: Uint8Array.of(0xff, 0xd8), width: 1280, height: 720 };
  }

  letGo(): void {
    this.timesLetGo += 1;
  }

  /** A picture for everybody who watches. */
  show(unit: AccessUnit = KEYFRAME): void {
    this.listener?.onAccessUnit(unit);
  }
}
