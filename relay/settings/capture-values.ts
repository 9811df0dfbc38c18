import type { CameraSettings } from '#shared/camera-settings.ts';
import type { CaptureFormat } from '../capture/capture.ts';
import { type PictureSettings, PLAIN_PICTURE } from '../capture/picture-settings.ts';
import type { Config } from '../config.ts';

/** The settings that a camera was set up with. */
export function usualSettings({
  format,
  maxBitrateBps,
}: Pick<Config, 'format' | 'maxBitrateBps'>): CameraSettings {
  const { rotation, isMirrored: mirrored, exposureEv: exposure } = PLAIN_PICTURE;
  return {
    ...{ width: format.width, height: format.height, frame_rate: format.frameRate },
    ...{ rotation, mirrored, exposure, max_bitrate: maxBitrateBps },
  };
}

/** The largest picture, and the most bits a second, by these settings. */
export function limitsOf({ width, height, frame_rate: frameRate, max_bitrate }: CameraSettings): {
  readonly format: CaptureFormat;
  readonly maxBitrateBps: number;
} {
  return { format: { width, height, frameRate }, maxBitrateBps: max_bitrate };
}

/** How the picture is to stand, and how bright it is to be, by these settings. */
export function pictureOf({ rotation, mirrored, exposure }: CameraSettings): PictureSettings {
  return { rotation, isMirrored: mirrored, exposureEv: exposure };
}
