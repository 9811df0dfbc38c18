import * as v from 'valibot';
import { parseFields, text } from './message-fields.ts';

/** Degrees clockwise by which the picture is turned. */
export const ROTATIONS = [0, 90, 180, 270] as const;
/** Photographic steps of exposure compensation, either way. */
export const MAX_EXPOSURE_EV = 2;
/** Choices of one kind that a camera offers. */
const MAX_CHOICES = 12;
const MAX_DESCRIPTION_CHARS = 120;

const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
/** Pixels along an edge. */
const edge = whole(16, 8_192);
/** Pictures a second. */
const rate = whole(1, 240);
/** Bits a second. */
const bitrate = whole(50_000, 100_000_000);

const fields = {
  width: edge,
  height: edge,
  frame_rate: rate,
  rotation: v.picklist(ROTATIONS),
  /** Left and right are exchanged, after the rotation. */
  mirrored: v.boolean(),
  max_bitrate: bitrate,
  /** Exposure compensation in photographic steps; 0 leaves it to the camera. */
  exposure: v.pipe(v.number(), v.minValue(-MAX_EXPOSURE_EV), v.maxValue(MAX_EXPOSURE_EV)),
};

const cameraSettings = v.strictObject(fields);

/** How a camera makes its picture. */
export type CameraSettings = Readonly<v.InferOutput<typeof cameraSettings>>;

/** The claims of a change: what is absent stays, null is what the camera was set up with. */
export const adjustment = {
  width: v.optional(v.nullable(edge)),
  height: v.optional(v.nullable(edge)),
  frame_rate: v.optional(v.nullable(rate)),
  rotation: v.optional(v.nullable(fields.rotation)),
  mirrored: v.optional(v.nullable(fields.mirrored)),
  max_bitrate: v.optional(v.nullable(bitrate)),
  exposure: v.optional(v.nullable(fields.exposure)),
};

const adjustments = v.strictObject(adjustment);

/** A change of the settings. */
export type Adjustment = Readonly<v.InferOutput<typeof adjustments>>;

const settingsOffers = v.strictObject({
  /** What the source is, in a few words; null where it is not known before somebody watches. */
  source: v.nullable(text(MAX_DESCRIPTION_CHARS)),
  /** None where the source decides for itself; of rates and bitrates too. */
  sizes: v.pipe(v.array(v.strictObject({ width: edge, height: edge })), v.maxLength(MAX_CHOICES)),
  frame_rates: v.pipe(v.array(rate), v.maxLength(MAX_CHOICES)),
  max_bitrates: v.pipe(v.array(bitrate), v.maxLength(MAX_CHOICES)),
  /** None but 0 where the picture cannot be turned. */
  rotations: v.pipe(v.array(fields.rotation), v.maxLength(ROTATIONS.length)),
  mirror: v.boolean(),
  exposure: v.boolean(),
  /** Whether the picture stands still for a second when size or rate change. */
  restarts: v.boolean(),
});

/** What can be chosen. */
export type SettingsOffers = Readonly<v.InferOutput<typeof settingsOffers>>;

const settingsTold = v.strictObject({ values: cameraSettings, offers: settingsOffers });

/** How a camera makes its picture, and what it could do instead, as it tells. */
export type SettingsTold = Readonly<v.InferOutput<typeof settingsTold>>;

/**
 * Reads what `adjusted` tells.
 * @throws ProtocolError `malformed`
 */
export function parseSettingsTold(told: unknown): SettingsTold {
  return parseFields(settingsTold, told);
}
