import type { CaptureFormat } from './capture.ts';
import { CaptureError } from './capture-error.ts';

/** What a capture delivers when nobody asks for anything else. */
export const DEFAULT_FORMAT: CaptureFormat = { width: 1280, height: 720, frameRate: 30 };
/** Bits a second before the network's first report: fits every link a phone would call usable. */
export const DEFAULT_BITRATE_BPS = 1_000_000;

/** Below this a picture cannot hold the clock strip. */
const MIN_EDGE_PX = 96;
/** The largest picture of H.264 level 4.2, which is the most that phones promise. */
const MAX_WIDTH_PX = 1920;
const MAX_HEIGHT_PX = 1088;
const MAX_FRAME_RATE = 60;
const MIN_BITRATE_BPS = 50_000;
const MAX_BITRATE_BPS = 20_000_000;

/**
 * Checks a format asked for.
 * @throws CaptureError `bad_settings`
 */
export function checkFormat(format: CaptureFormat): CaptureFormat {
  const { width, height, frameRate } = format;
  if (!isEvenBetween(width, MAX_WIDTH_PX) || !isEvenBetween(height, MAX_HEIGHT_PX)) {
    throw new CaptureError(
      'bad_settings',
      `A picture of ${width}x${height} is not possible: width and height must be even, from ${MIN_EDGE_PX} to ${MAX_WIDTH_PX}x${MAX_HEIGHT_PX}.`,
    );
  }
  if (!Number.isInteger(frameRate) || frameRate < 1 || frameRate > MAX_FRAME_RATE) {
    throw new CaptureError(
      'bad_settings',
      `A frame rate of ${frameRate} is not possible: 1 to ${MAX_FRAME_RATE}.`,
    );
  }
  return { width, height, frameRate };
}

/** As much picture as 150 kbit/s carry. */
const LOW_WIDTH_PX = 640;
const LOW_HEIGHT_PX = 360;
const LOW_FRAME_RATE = 15;
const MIN_LOW_BITRATE_BPS = 100_000;
const MAX_LOW_BITRATE_BPS = 600_000;

/** Size and rate of the low rendition: the same shape within 640x360, every second picture of thirty. */
export function lowFormatOf({ width, height, frameRate }: CaptureFormat): CaptureFormat {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const scale = Math.min(1, LOW_WIDTH_PX / long, LOW_HEIGHT_PX / short);
  const scaled = (pixels: number) => Math.max(MIN_EDGE_PX, Math.round((pixels * scale) / 2) * 2);
  return {
    width: scaled(width),
    height: scaled(height),
    frameRate:
      frameRate <= LOW_FRAME_RATE ? frameRate : Math.ceil(frameRate / Math.ceil(frameRate / LOW_FRAME_RATE)),
  };
}

/** The nearest bitrate that suits the low rendition, whole bits a second. */
export function clampLowBitrate(bitrateBps: number): number {
  if (Number.isNaN(bitrateBps)) return MIN_LOW_BITRATE_BPS;
  return Math.round(Math.min(MAX_LOW_BITRATE_BPS, Math.max(MIN_LOW_BITRATE_BPS, bitrateBps)));
}

/** The nearest bitrate an encoder here will take, whole bits a second. */
export function clampBitrate(bitrateBps: number): number {
  if (Number.isNaN(bitrateBps)) return DEFAULT_BITRATE_BPS;
  return Math.round(Math.min(MAX_BITRATE_BPS, Math.max(MIN_BITRATE_BPS, bitrateBps)));
}

function isEvenBetween(value: number, max: number): boolean {
  return Number.isInteger(value) && value % 2 === 0 && value >= MIN_EDGE_PX && value <= max;
}
