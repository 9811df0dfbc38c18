import type { CaptureFormat } from '../capture.ts';
import type { PictureSettings } from '../picture-settings.ts';

/** What `rpicam-vid` is told. */
export interface RpicamSettings {
  readonly format: CaptureFormat;
  readonly bitrateBps: number;
  readonly picture: PictureSettings;
}

/** It makes a keyframe on no request, so it makes one this often. */
export const KEYFRAME_INTERVAL_S = 2;
/** What it writes into one datagram; a larger picture goes on in the next (RFC 768: 65,535 with headers). */
export const MAX_DATAGRAM_BYTES = 65_507;

/** The arguments that have it send H.264 to a port of this machine, a picture a datagram. */
export function encodeRpicamArguments(settings: RpicamSettings, port: number): readonly string[] {
  const { format, bitrateBps, picture } = settings;
  return [
    ...[
      '--nopreview',
      '--timeout=0',
      '--codec=h264',
      '--profile=baseline',
      '--level=4',
      '--inline',
      '--flush',
    ],
    // Its best denoising costs half of the frame rate.
    '--denoise=cdn_off',
    `--width=${format.width}`,
    `--height=${format.height}`,
    `--framerate=${format.frameRate}`,
    `--intra=${KEYFRAME_INTERVAL_S * format.frameRate}`,
    `--bitrate=${bitrateBps}`,
    ...encodeTurn(picture),
    ...(picture.exposureEv === 0 ? [] : [`--ev=${picture.exposureEv}`]),
    `--output=udp://127.0.0.1:${port}`,
  ];
}

/** Half a turn is both mirrors at once; a quarter the sensor cannot do. */
function encodeTurn({ rotation, isMirrored }: PictureSettings): readonly string[] {
  const isUpsideDown = rotation === 180;
  return [...(isUpsideDown !== isMirrored ? ['--hflip'] : []), ...(isUpsideDown ? ['--vflip'] : [])];
}
