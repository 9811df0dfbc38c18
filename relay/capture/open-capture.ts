import type { Clock } from '#shared/clock.ts';
import type { Capture, CaptureFormat } from './capture.ts';
import { CaptureError } from './capture-error.ts';
import { checkFormat, DEFAULT_BITRATE_BPS, DEFAULT_FORMAT } from './capture-settings.ts';
import type { EngineSource } from './gstreamer/engine-source.ts';
import { GstreamerCapture } from './gstreamer/gstreamer-capture.ts';
import { tryEngine } from './gstreamer/try-engine.ts';
import { PLAIN_PICTURE } from './picture-settings.ts';
import { TestPicture } from './test-picture/test-picture.ts';

/** What a source may be, as the user writes it. */
export const CAPTURE_SOURCES = ['test-picture', 'gstreamer:test', 'file:<path>', 'v4l2:<device>'] as const;

/** Settings that do not depend on the source. */
export interface OpenCaptureOptions {
  /** Bits a second to begin with; default 1 Mbit/s. */
  readonly bitrateBps?: number;
  /** Default the machine's clock. */
  readonly clock?: Clock;
  /** Draws the machine-readable clock into every picture, for measurements; the test picture always has it. */
  readonly clockStrip?: boolean;
}

/**
 * The capture that a user's setting names, not started yet.
 * @throws CaptureError `bad_settings`
 */
export function openCapture(
  source: string,
  format: CaptureFormat = DEFAULT_FORMAT,
  { clockStrip = false, ...options }: OpenCaptureOptions = {},
): Capture {
  const parsed = parseSource(source);
  if (parsed === 'test-picture') return new TestPicture({ format, ...options });
  return new GstreamerCapture({ source: parsed, format, clockStrip, ...options });
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
  const parsed = parseSource(source);
  if (parsed === 'test-picture') return;
  await tryEngine(
    {
      ...{ source: parsed, fullFormat: format, format, bitrateBps: DEFAULT_BITRATE_BPS },
      ...{ picture: PLAIN_PICTURE, clockStrip: false },
    },
    options,
  );
}

function parseSource(source: string): 'test-picture' | EngineSource {
  if (source === 'test-picture') return source;
  if (source === 'gstreamer:test') return { type: 'test' };
  const colon = source.indexOf(':');
  const [scheme, path] = [source.slice(0, colon), source.slice(colon + 1)];
  if ((scheme === 'file' || scheme === 'v4l2') && path !== '' && !path.includes('\0'))
    return { type: scheme, path };
  throw new CaptureError(
    'bad_settings',
    `There is no camera called ${JSON.stringify(source.slice(0, 80))}. Possible are: ${CAPTURE_SOURCES.join(', ')}.`,
  );
}
