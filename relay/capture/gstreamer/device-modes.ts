import * as v from 'valibot';
import type { CaptureFormat } from '../capture.ts';
import { CaptureError } from '../capture-error.ts';

const pixels = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16_384));
const shape = {
  width: pixels,
  height: pixels,
  /** Where the device scales: any size from here up to the other, in even steps. */
  minWidth: v.optional(pixels),
  minHeight: v.optional(pixels),
  /** The fastest, pictures a second, rounded down; 0 where it is slower than one. */
  frameRate: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000)),
};
const schema = v.strictObject({
  modes: v.pipe(
    v.array(
      v.variant('encoding', [
        v.strictObject({ encoding: v.literal('h264'), ...shape }),
        v.strictObject({ encoding: v.literal('mjpeg'), ...shape }),
        v.strictObject({
          encoding: v.literal('raw'),
          ...shape,
          /** As GStreamer names them, such as `YUY2`. */
          pixels: v.pipe(v.string(), v.regex(/^[A-Z0-9_]{1,16}$/i)),
        }),
      ]),
    ),
    v.maxLength(2_000),
  ),
});

/** What a device can be set to. */
export type DeviceMode = v.InferOutput<typeof schema>['modes'][number];

/** Least work first: what is encoded already, what need not be decoded, what must be. */
const PREFERENCE = ['h264', 'raw', 'mjpeg'] as const satisfies DeviceMode['encoding'][];

/**
 * Reads the engine's answer about a device.
 * @throws ValiError
 */
export function parseDeviceModes(answer: unknown): readonly DeviceMode[] {
  return v.parse(schema, answer).modes;
}

/**
 * The mode that comes nearest to a format: large enough, fast enough, then the least work. What is larger or faster than asked for is made
 * smaller here, unless it is H.264, which leaves as it comes.
 * @throws CaptureError `bad_settings` where there is none
 */
export function chooseMode(modes: readonly DeviceMode[], format: CaptureFormat): DeviceMode {
  const sized = modes.map((mode) => toFixedSize(mode, format));
  const usable = sized.filter((mode) => mode.encoding !== 'h264' || isAtMost(mode, format));
  const [best] = usable.toSorted((a, b) => compare(rank(a, format), rank(b, format)));
  if (best) return best;
  throw new CaptureError('bad_settings', 'The camera offers no picture that could be used.');
}

/** A device that scales gives the very size that is asked for, where that is within its bounds. */
function toFixedSize({ minWidth, minHeight, ...mode }: DeviceMode, format: CaptureFormat): DeviceMode {
  const clamp = (wanted: number, min: number, max: number) => Math.min(max, Math.max(min, wanted));
  return {
    ...mode,
    width: clamp(format.width, minWidth ?? mode.width, mode.width),
    height: clamp(format.height, minHeight ?? mode.height, mode.height),
  };
}

/** Smaller is better, the first difference decides. */
function rank(mode: DeviceMode, format: CaptureFormat): readonly number[] {
  const area = mode.width * mode.height;
  const wanted = format.width * format.height;
  const isLarge = mode.width >= format.width && mode.height >= format.height;
  return [
    isLarge ? 0 : wanted - area,
    Math.max(0, format.frameRate - mode.frameRate),
    area,
    PREFERENCE.indexOf(mode.encoding),
  ];
}

function isAtMost(mode: DeviceMode, { width, height }: CaptureFormat): boolean {
  return mode.width <= width && mode.height <= height;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
