/** How the picture is to stand and how bright it is to be; what a source cannot do, it leaves undone. */
export interface PictureSettings {
  /** Degrees clockwise; at 90 and 270 the pictures are as wide as the format is high. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Left and right are exchanged, after the rotation. */
  readonly isMirrored: boolean;
  /** Exposure compensation, from -2 (darker) to 2 (brighter) photographic steps; 0 leaves it to the camera. */
  readonly exposureEv: number;
}

/** The picture as the source gives it. */
export const PLAIN_PICTURE: PictureSettings = { rotation: 0, isMirrored: false, exposureEv: 0 };

/** Further off no picture can be made out, and some drivers refuse it. */
export const MAX_EXPOSURE_EV = 2;
