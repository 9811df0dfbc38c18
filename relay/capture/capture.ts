import type { CaptureAbilities } from './capture-abilities.ts';
import type { CaptureTrouble } from './capture-error.ts';
import type { PictureSettings } from './picture-settings.ts';
import type { Snapshot } from './snapshot.ts';

/** Which encoding of the same pictures: the one that everybody wants, or a smaller one for paths that are too narrow for it. */
export type Rendition = 'main' | 'low';

/** One encoded picture of an H.264 stream (ITU-T H.264 §7.4.1.2): everything that shares one presentation time. */
export interface AccessUnit {
  /** NAL units in decoding order, without start codes; a keyframe carries its SPS and PPS first. */
  readonly nalUnits: readonly Uint8Array[];
  /** True for an IDR picture: a viewer can start here. */
  readonly isKeyframe: boolean;
  /** Wall-clock time of capture, milliseconds since the Unix epoch. */
  readonly capturedAtMs: number;
  /** The stream it belongs to; the two build on their own pictures only. */
  readonly rendition: Rendition;
}

/** What the picture looks like before compression. */
export interface CaptureFormat {
  /** Pixels, even. */
  readonly width: number;
  /** Pixels, even. */
  readonly height: number;
  /** Pictures a second. */
  readonly frameRate: number;
}

/** Why a capture is over. `closed` is our own doing; the other three are told apart because their cures differ. */
export type CaptureEnd =
  | { readonly type: 'closed' }
  | { readonly type: 'bad-settings'; readonly message: string }
  | { readonly type: 'failed-to-start'; readonly message: string; readonly trouble: CaptureTrouble }
  | { readonly type: 'died'; readonly message: string; readonly trouble: CaptureTrouble };

/** A camera, or what stands in for one: the single seam between picture and network. */
export interface Capture {
  /** What it is and can do: as far as that is known before `start`, and for certain after it. */
  readonly abilities: CaptureAbilities;
  /**
   * Opens the device and begins to deliver access units.
   * @throws CaptureError `bad_settings` | `failed_to_start` | `missing_program`
   */
  start(options?: { signal?: AbortSignal }): Promise<void>;
  /** Calls `listener` for every access unit of either rendition; the returned function stops that. */
  onAccessUnit(listener: (unit: AccessUnit) => void): () => void;
  /** Target for the encoder, bits a second; takes effect within a frame or two. */
  setBitrate(bitrateBps: number): void;
  /** Makes the low rendition too, at so many bits a second; null ends it. Its first access unit is an IDR picture. */
  setLow(bitrateBps: number | null): void;
  /** Asks for an IDR picture as the next access unit of a rendition; default the main one. */
  requestKeyframe(rendition?: Rendition): void;
  /** Makes no picture of the main rendition for so long, counted anew with each call; 0 ends that. */
  skip(forMs: number): void;
  /** Changes size and rate; the next access unit is an IDR picture in the new format. */
  setFormat(format: CaptureFormat): void;
  /** Changes how the picture stands and how bright it is. */
  setPicture(settings: PictureSettings): void;
  /**
   * Takes one picture to keep, in the full format that the source was opened with, whatever the present one is.
   * @throws CaptureError `no_picture` where it does not run, or ends before there is one
   */
  snapshot(): Promise<Snapshot>;
  /** Releases the device; idempotent. */
  close(): Promise<void>;
  /** Resolves once, when the capture is over. */
  readonly closed: Promise<CaptureEnd>;
}
