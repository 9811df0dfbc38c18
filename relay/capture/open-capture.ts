import type { Clock } from '#shared/clock.ts';
import type { Log } from '../log.ts';
import type { Capture, CaptureFormat } from './capture.ts';
import { CaptureError } from './capture-error.ts';
import { checkFormat, DEFAULT_BITRATE_BPS, DEFAULT_FORMAT } from './capture-settings.ts';
import { GstreamerCapture } from './gstreamer/gstreamer-capture.ts';
import { tryEngine } from './gstreamer/try-engine.ts';
import { PLAIN_PICTURE } from './picture-settings.ts';
import { findRpicamVid } from './rpicam/find-rpicam-vid.ts';
import { RpicamCapture } from './rpicam/rpicam-capture.ts';
import { AutoCapture } from './sources/auto-capture.ts';
import { chooseCamera } from './sources/choose-camera.ts';
import { findCameras } from './sources/find-cameras.ts';
import { type CameraSource, parseSource } from './sources/parse-source.ts';
import { TestPicture } from './test-picture/test-picture.ts';

/** Settings that do not depend on the source. */
export interface OpenCaptureOptions {
  /** Bits a second to begin with; default 1 Mbit/s. */
  readonly bitrateBps?: number;
  /** Default the machine's clock. */
  readonly clock?: Clock;
  readonly log?: Log;
  /** Draws the machine-readable clock into every picture that is encoded here, for measurements; the test picture always has it. */
  readonly clockStrip?: boolean;
}

/**
 * The capture that a user's setting names, not started yet.
 * @throws CaptureError `bad_settings`
 */
export function openCapture(
  source: string,
  format: CaptureFormat = DEFAULT_FORMAT,
  options: OpenCaptureOptions = {},
): Capture {
  return openSource(parseSource(source), format, options);
}

/**
 * Tells whether `openCapture` would take these settings, and makes nothing.
 * @throws CaptureError `bad_settings`
 */
export function checkCapture(source: string, format: CaptureFormat): void {
  parseSource(source);
  checkFormat(format);
}

/**
 * Finds out whether `openCapture` would give a picture, as far as that can be told without opening the device.
 * @throws CaptureError with what to do | the signal's reason when it is aborted
 */
export async function tryCapture(
  source: string,
  format: CaptureFormat,
  options: { readonly signal: AbortSignal },
): Promise<void> {
  checkFormat(format);
  await trySource(parseSource(source), format, options);
}

function openSource(source: CameraSource, format: CaptureFormat, options: OpenCaptureOptions): Capture {
  const { clockStrip = false, log, ...common } = options;
  switch (source.type) {
    case 'test-picture':
      return new TestPicture({ format, ...common });
    case 'rpicam':
      return new RpicamCapture({ format, ...common });
    case 'auto':
      return new AutoCapture({
        choose: async (searching) => chooseCamera(await findCameras(searching)),
        open: (chosen) => openSource(chosen, format, options),
        ...(log ? { log } : {}),
      });
    default:
      return new GstreamerCapture({ source, format, clockStrip, ...common, ...(log ? { log } : {}) });
  }
}

async function trySource(
  source: CameraSource,
  format: CaptureFormat,
  options: { readonly signal: AbortSignal },
): Promise<void> {
  switch (source.type) {
    case 'test-picture':
      return;
    case 'rpicam': {
      if ((await findRpicamVid(process.env.PATH ?? '')) !== null) return;
      throw new CaptureError('missing_program', 'There is no rpicam-vid: sudo apt install rpicam-apps');
    }
    case 'auto': {
      const choice = chooseCamera(await findCameras(options));
      if (choice.type === 'none') throw new CaptureError(choice.code, choice.why);
      return trySource(choice.source, format, options);
    }
    default: {
      const picture = { picture: PLAIN_PICTURE, clockStrip: false, bitrateBps: DEFAULT_BITRATE_BPS };
      await tryEngine({ source, fullFormat: format, format, ...picture }, options);
    }
  }
}
