import * as v from 'valibot';
import { MAX_ENVELOPE_BYTES } from './envelope.ts';
import { ProtocolError } from './protocol-error.ts';
import { FAREWELLS, REFUSALS } from './verdicts.ts';

/** Longest message on the data channel `control`, UTF-16 units: an envelope, and what is around it. */
export const MAX_CONTROL_CHARS = MAX_ENVELOPE_BYTES + 64;
/** Ids wrap here, well within an exact number. */
export const MAX_PING_ID = 0x7fff_ffff;

const pingId = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_PING_ID));
/** How one of the ways that sound and the phone's own picture take stands. */
export const MEDIA_STATES = [
  /** The camera has no such device, or its owner has not set it up. */
  'absent',
  /** The grant does not give the right, at this moment. */
  'denied',
  'off',
  'on',
  /** Another phone has it. */
  'busy',
  /** The device could not be opened, or stopped; asking again tries again. */
  'failed',
] as const;

export type MediaState = (typeof MEDIA_STATES)[number];

const mediaState = v.picklist(MEDIA_STATES);
/** What keeps the picture away while the camera tries to have it back. */
export const PICTURE_TROUBLES = [
  /** The device is unplugged, or switched off. */
  'gone',
  /** Another program has the device. */
  'busy',
  /** The device may not be opened, or wants another password. */
  'refused',
  /** The lens is elsewhere in the network, and does not answer. */
  'unreachable',
  'failed',
] as const;

export type PictureTrouble = (typeof PICTURE_TROUBLES)[number];

const schema = v.variant('type', [
  v.strictObject({ type: v.literal('ping'), id: pingId }),
  v.strictObject({ type: v.literal('pong'), id: pingId }),
  v.strictObject({ type: v.literal('play') }),
  v.strictObject({ type: v.literal('refused'), code: v.picklist(REFUSALS) }),
  v.strictObject({
    type: v.literal('bye'),
    reason: v.picklist(FAREWELLS),
  }),
  v.strictObject({
    type: v.literal('envelope'),
    envelope: v.pipe(v.string(), v.maxLength(MAX_ENVELOPE_BYTES), v.regex(/^[\w.-]+$/)),
  }),
  v.strictObject({
    type: v.literal('media'),
    picture: v.boolean(),
    listen: v.boolean(),
    talk: v.boolean(),
    show: v.boolean(),
  }),
  v.strictObject({ type: v.literal('picture-state'), trouble: v.nullable(v.picklist(PICTURE_TROUBLES)) }),
  v.strictObject({ type: v.literal('picture-pace'), seldom: v.boolean() }),
  v.strictObject({ type: v.literal('media-state'), listen: mediaState, talk: mediaState, show: mediaState }),
]);

/**
 * What travels on the data channel `control` of a session: signs of life, answered by the receiver with the same
 * `id`, the wish for the picture of a connection made ready and why it is not granted, the farewell, and envelopes of the grant's channel, for which the session is one more way beside the broker. With `media`
 * the phone says which ways shall be open: the camera's picture and its microphone (`listen`) to the phone, the phone's
 * microphone (`talk`) and camera (`show`) to the camera's speaker and screen; with `media-state` the camera says how they
 * stand. With `picture-state` it says what keeps the picture away, and, with `null`, that it comes again; with
 * `picture-pace` whether the path carries but a picture every few seconds. The channel is reliable and ordered; each message is one JSON text.
 */
export type ControlMessage = v.InferOutput<typeof schema>;
export type MediaMessage = Extract<ControlMessage, { type: 'media' }>;
export type MediaStateMessage = Extract<ControlMessage, { type: 'media-state' }>;

/** The text that is sent. */
export function encodeControlMessage(message: ControlMessage): string {
  return JSON.stringify(message);
}

/**
 * Reads what came on the data channel.
 * @throws ProtocolError `malformed`
 */
export function parseControlMessage(data: unknown): ControlMessage {
  if (typeof data !== 'string' || data.length > MAX_CONTROL_CHARS) {
    throw new ProtocolError('malformed', 'a control message is a short text');
  }
  try {
    return v.parse(schema, JSON.parse(data));
  } catch (cause) {
    throw new ProtocolError('malformed', 'not a control message', { cause });
  }
}
