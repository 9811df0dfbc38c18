import * as v from 'valibot';
import { count, name, numericDate, parseFields, text } from './message-fields.ts';

/** What a Raspberry Pi says of its power and its heat. */
export const STRAINS = ['undervoltage', 'capped', 'throttled', 'hot'] as const;

/** Something that slows a camera's machine down: too little power, a lower clock, a much lower one, near the limit of heat. */
export type Strain = (typeof STRAINS)[number];

/** Viewers that are told of; whoever has more sees that something is up by these. */
export const MAX_TOLD_VIEWS = 8;

const strains = v.pipe(v.array(v.picklist(STRAINS)), v.maxLength(STRAINS.length));
/** Pictures and bytes so far: whoever asks twice knows how many a second. */
const flow = { pictures: count, bytes: count };

/** Schema of `CameraHealth`; null is what its machine does not say. */
export const cameraHealth = v.strictObject({
  /** When the rest was read, by the camera's clock; milliseconds since the Unix epoch. */
  at_ms: count,
  version: text(64),
  /** When the camera was started. */
  since: numericDate,
  machine: v.strictObject({
    /** Degrees Celsius. */
    temperature: v.nullable(v.pipe(v.number(), v.minValue(-100), v.maxValue(300))),
    /** What strains it now, and what has since it was booted. */
    strains: v.nullable(v.strictObject({ now: strains, before: strains })),
    /** How busy it was in the last minute: 1 when every core was all the time. */
    load: v.pipe(v.number(), v.minValue(0)),
    /** Seconds since it was booted. */
    uptime: count,
    /** Bytes that are free where the camera keeps its key. */
    disk_free: v.nullable(count),
  }),
  picture: v.strictObject({
    /** What the source is, in a few words; null before it was opened. */
    source: v.nullable(text(120)),
    ...flow,
  }),
  views: v.pipe(
    v.array(
      v.strictObject({
        name,
        path: v.nullable(v.picklist(['direct', 'relayed'])),
        ...flow,
        /** Milliseconds there and back. */
        round_trip: v.nullable(v.pipe(v.number(), v.minValue(0))),
        /** Share of packets that were lost on the way, just now. */
        loss: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
      }),
    ),
    v.maxLength(MAX_TOLD_VIEWS),
  ),
});

/** How a camera is doing. */
export type CameraHealth = Readonly<v.InferOutput<typeof cameraHealth>>;

/**
 * Reads what `examined` tells.
 * @throws ProtocolError `malformed`
 */
export function parseCameraHealth(told: unknown): CameraHealth {
  return parseFields(cameraHealth, told);
}
