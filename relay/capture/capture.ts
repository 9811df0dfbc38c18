/** One encoded picture of an H.264 stream (ITU-T H.264 §7.4.1.2): everything that shares one presentation time. */
export interface AccessUnit {
  /** NAL units in decoding order, without start codes; a keyframe carries its SPS and PPS first. */
  readonly nalUnits: readonly Uint8Array[];
  /** True for an IDR picture: a viewer can start here. */
  readonly isKeyframe: boolean;
  /** Wall-clock time of capture, milliseconds since the Unix epoch. */
  readonly capturedAtMs: number;
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
  | { readonly type: 'failed-to-start'; readonly message: string }
  | { readonly type: 'died'; readonly message: string };

/** A camera, or what stands in for one: the single seam between picture and network. */
export interface Capture {
  /**
   * Opens the device and begins to deliver access units.
   * @throws CaptureError `bad_settings` | `failed_to_start` | `missing_program`
   */
  start(options?: { signal?: AbortSignal }): Promise<void>;
  /** Calls `listener` for every access unit; the returned function stops that. */
  onAccessUnit(listener: (unit: AccessUnit) => void): () => void;
  /** Target for the encoder, bits a second; takes effect within a frame or two. */
  setBitrate(bitrateBps: number): void;
  /** Asks for an IDR picture as the next access unit. */
  requestKeyframe(): void;
  /** Makes no picture for so long, counted anew with each call; 0 ends that. */
  skip(forMs: number): void;
  /** Changes size and rate; the next access unit is an IDR picture in the new format. */
  setFormat(format: CaptureFormat): void;
  /** Releases the device; idempotent. */
  close(): Promise<void>;
  /** Resolves once, when the capture is over. */
  readonly closed: Promise<CaptureEnd>;
}
