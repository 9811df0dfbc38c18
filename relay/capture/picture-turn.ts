import type { CaptureFormat } from './capture.ts';
import type { PictureSettings } from './picture-settings.ts';

/** Rotation, then mirror, as one `video-direction` of GStreamer: the eight ways in which a picture can lie. */
const DIRECTIONS = {
  0: ['identity', 'horiz'],
  90: ['90r', 'ul-lr'],
  180: ['180', 'vert'],
  270: ['90l', 'ur-ll'],
} as const satisfies Record<PictureSettings['rotation'], readonly [string, string]>;

/** The turn as GStreamer's `videoflip` names it. */
export function directionOf({ rotation, isMirrored }: PictureSettings): string {
  return DIRECTIONS[rotation][isMirrored ? 1 : 0];
}

/** The format of the picture after it was turned: lying on its side, it is as wide as it was high. */
export function turnedFormat(format: CaptureFormat, { rotation }: PictureSettings): CaptureFormat {
  const { width, height, frameRate } = format;
  return rotation === 90 || rotation === 270 ? { width: height, height: width, frameRate } : format;
}
