import * as v from 'valibot';
import { ProtocolError } from './protocol-error.ts';
import { REFUSALS } from './verdicts.ts';

/** Name of the data channel. */
export const SNAPSHOT_CHANNEL = 'snapshot';
/** A JPEG of 1920x1080 at its best has two. */
export const MAX_SNAPSHOT_BYTES = 8_000_000;
/** Of one message: what every SCTP implementation takes (RFC 8831 §6.6). */
export const SNAPSHOT_CHUNK_BYTES = 16_384;
/** The longest text has a hundred. */
const MAX_TEXT_CHARS = 512;

const bytes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_SNAPSHOT_BYTES));
const edge = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16_384));

const request = v.variant('type', [
  v.strictObject({ type: v.literal('take') }),
  /** How much of the picture has arrived, bytes. */
  v.strictObject({ type: v.literal('got'), bytes }),
]);

const answer = v.variant('type', [
  /** What follows, in binary messages one after another. */
  v.strictObject({
    type: v.literal('picture'),
    format: v.picklist(['image/jpeg', 'video/h264']),
    bytes: v.pipe(bytes, v.minValue(1)),
    width: edge,
    height: edge,
  }),
  v.strictObject({ type: v.literal('refused'), code: v.picklist(REFUSALS) }),
]);

/** What the phone says on the data channel. */
export type SnapshotRequest = Readonly<v.InferOutput<typeof request>>;
/** What the camera says there in text. */
export type SnapshotAnswer = Readonly<v.InferOutput<typeof answer>>;
/** What a picture is that follows. */
export type SnapshotHeader = Extract<SnapshotAnswer, { type: 'picture' }>;

/** The text that is sent. */
export function encodeSnapshotMessage(message: SnapshotRequest | SnapshotAnswer): string {
  return JSON.stringify(message);
}

/**
 * Reads what a phone says.
 * @throws ProtocolError `malformed`
 */
export function parseSnapshotRequest(data: unknown): SnapshotRequest {
  return parse(request, data);
}

/**
 * Reads what a camera says in text.
 * @throws ProtocolError `malformed`
 */
export function parseSnapshotAnswer(data: unknown): SnapshotAnswer {
  return parse(answer, data);
}

function parse<T>(schema: v.GenericSchema<unknown, T>, data: unknown): T {
  if (typeof data !== 'string' || data.length > MAX_TEXT_CHARS) {
    throw new ProtocolError('malformed', 'a message about a snapshot is a short text');
  }
  try {
    return v.parse(schema, JSON.parse(data));
  } catch (cause) {
    throw new ProtocolError('malformed', 'not a message about a snapshot', { cause });
  }
}
