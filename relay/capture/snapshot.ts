/** One picture to keep, at the best quality that the source has. */
export interface Snapshot {
  /**
   * A JPEG of the raw picture, or, where the source gives H.264 only, one IDR access unit as a byte stream (ITU-T H.264
   * Annex B) with its SPS and PPS.
   */
  readonly type: 'image/jpeg' | 'video/h264';
  readonly bytes: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}
