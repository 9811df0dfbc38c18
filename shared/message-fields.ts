import * as v from 'valibot';
import { parsePublicJwk } from './crypto.ts';
import { ProtocolError } from './protocol-error.ts';
import { SCOPES } from './scope.ts';
import { parseToldHours, parseWeeklyHours } from './weekly-hours.ts';

/** Longest name of a person, phone or camera, in UTF-16 units: what one line of a small screen holds. */
export const MAX_NAME_CHARS = 64;
/** An SDP trimmed to what Latchkey uses is 1-3 KB; anything near this is not ours. */
const MAX_SDP_CHARS = 12_288;
/** RFC 8839 candidates run to 200 characters; TURN over IPv6 a little more. */
const MAX_CANDIDATE_CHARS = 400;
/** Shorter than this nobody finds their phone. */
const MIN_DURATION_S = 60;
/** A year and a day; whoever shall stay longer is made an owner, or lent to again. */
const MAX_DURATION_S = 366 * 24 * 60 * 60;
const MAX_ICE_SERVERS = 8;
const MAX_URL_CHARS = 256;
/** The last second of the year 9999: a NumericDate beyond it is a mistake. */
export const MAX_NUMERIC_DATE = 253_402_300_799;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control and bidirectional marks and line ends could disguise a name
const NAME = /^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+$/u;

/** A text of 1 to `max` UTF-16 units. */
export const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));
const token = (chars: number) => v.pipe(v.string(), v.length(chars), v.regex(/^[A-Za-z0-9_-]+$/));
/** 128 bits, base64url: ids of sessions, messages, invites and grants, nonces, an invite's secret. */
export const id = token(22);
/** SHA-256, base64url: thumbprints and request hashes; a grant's secret. */
export const digest = token(43);
/** A name of one line. */
export const name = v.pipe(text(MAX_NAME_CHARS), v.regex(NAME));
/** Whole seconds since the epoch (RFC 7519 §2). */
export const numericDate = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_NUMERIC_DATE));
/** How many there are, or a number that counts changes. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
/** A P-256 public key. */
export const publicJwk = v.pipe(v.unknown(), v.transform(parsePublicJwk));
/** One or more rights. */
export const scope = v.pipe(
  v.array(v.picklist(SCOPES)),
  v.minLength(1),
  v.maxLength(SCOPES.length),
  v.readonly(),
);
/** Weekly hours, or null for any time. */
export const hours = v.nullable(v.pipe(v.unknown(), v.transform(parseWeeklyHours)));
/** The same as the camera tells them: who hears it need not know the time zone. */
export const toldHours = v.nullable(v.pipe(v.unknown(), v.transform(parseToldHours)));

/** SDP as it travels, in either direction. */
export const sdp = text(MAX_SDP_CHARS);
/** An ICE candidate as it travels, in either direction (RFC 8839 §5.1). */
export const candidate = text(MAX_CANDIDATE_CHARS);
/** Seconds that a grant lasts from the moment that its invite is redeemed. */
export const duration = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(MIN_DURATION_S),
  v.maxValue(MAX_DURATION_S),
);

const iceServer = v.strictObject({
  urls: v.pipe(v.array(v.pipe(text(MAX_URL_CHARS), v.regex(/^(stuns?|turns?):[^\s]+$/))), v.maxLength(4)),
  username: v.optional(text(MAX_URL_CHARS)),
  credential: v.optional(text(MAX_URL_CHARS)),
});

/** STUN and TURN servers. */
export const iceServers = v.pipe(v.array(iceServer), v.maxLength(MAX_ICE_SERVERS));

/** A STUN or TURN server as WebRTC's `RTCIceServer` names it. */
export type IceServer = v.InferOutput<typeof iceServer>;

/**
 * Reads STUN and TURN servers as `presence` may carry them.
 * @throws ProtocolError `malformed`
 */
export function parseIceServers(value: unknown): IceServer[] {
  return parseFields(iceServers, value);
}

/** The name as it may be stored and shown, or null where there is none to make of it. */
export function cleanName(value: string): string | null {
  const cleaned = value.replace(/\s+/gu, ' ').trim().slice(0, MAX_NAME_CHARS).trim();
  return NAME.test(cleaned) ? cleaned : null;
}

/**
 * Reads a value by its schema.
 * @throws ProtocolError `malformed`
 */
export function parseFields<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  try {
    return v.parse(schema, value);
  } catch (cause) {
    throw new ProtocolError('malformed', 'the message is not of the form its type has', { cause });
  }
}
