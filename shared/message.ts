import * as v from 'valibot';
import { parsePublicJwk } from './crypto.ts';
import { ProtocolError } from './protocol-error.ts';
import { SCOPES } from './scope.ts';

/** Longest name of a person, phone or camera, in UTF-16 units: what one line of a small screen holds. */
export const MAX_NAME_CHARS = 64;
/** An SDP trimmed to what Latchkey uses is 1-3 KB; anything near this is not ours. */
const MAX_SDP_CHARS = 12_288;
/** RFC 8839 candidates run to 200 characters; TURN over IPv6 a little more. */
const MAX_CANDIDATE_CHARS = 400;
const MAX_ICE_SERVERS = 8;
const MAX_URL_CHARS = 256;
const MAX_SEALED_CHARS = 2_048;
/** The last second of the year 9999: a NumericDate beyond it is a mistake. */
const MAX_NUMERIC_DATE = 253_402_300_799;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control and bidirectional marks and line ends could disguise a name
const NAME = /^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+$/u;

const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));
const token = (chars: number) => v.pipe(v.string(), v.length(chars), v.regex(/^[A-Za-z0-9_-]+$/));
/** 128 bits, base64url: session ids, nonces, message ids, grant ids. */
export const id = token(22);
/** SHA-256, base64url: thumbprints and request hashes. */
export const digest = token(43);
/** What a person, phone or camera is called. */
export const name = v.pipe(text(MAX_NAME_CHARS), v.regex(NAME));
/** Seconds since the Unix epoch (RFC 7519 §2). */
export const numericDate = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_NUMERIC_DATE));
const publicJwk = v.pipe(v.unknown(), v.transform(parsePublicJwk));

const iceServer = v.strictObject({
  urls: v.pipe(v.array(v.pipe(text(MAX_URL_CHARS), v.regex(/^(stuns?|turns?):[^\s]+$/))), v.maxLength(4)),
  username: v.optional(text(MAX_URL_CHARS)),
  credential: v.optional(text(MAX_URL_CHARS)),
});

/** A STUN or TURN server as WebRTC's `RTCIceServer` names it. */
export type IceServer = v.InferOutput<typeof iceServer>;

const iceServers = v.pipe(v.array(iceServer), v.maxLength(MAX_ICE_SERVERS));

/** What the camera tells a phone that it lets in; travels sealed to the phone's ephemeral key. */
const grantTerms = v.strictObject({
  gid: id,
  psk: digest,
  scope: v.pipe(v.array(v.picklist(SCOPES)), v.minLength(1), v.maxLength(SCOPES.length)),
  nbf: v.nullable(numericDate),
  exp: v.nullable(numericDate),
  camera_name: name,
});

export type GrantTerms = v.InferOutput<typeof grantTerms>;

/** Why the camera turned a request down, as far as the one who asked may know. */
export const REFUSALS = ['use_nonce', 'invalid_grant', 'capture_failed', 'busy', 'clock_unsynced'] as const;

export type Refusal = (typeof REFUSALS)[number];

/** Why a session ended, for the one who watched. */
export const FAREWELLS = ['left', 'replaced', 'revoked', 'expired', 'capture_failed', 'shutdown'] as const;

export type Farewell = (typeof FAREWELLS)[number];

/** The claims of each message besides the common ones; `docs/protocol.md` says who sends which, and when. */
const BODIES = {
  hello: v.strictObject({}),
  redeem: v.strictObject({ nonce: id, epk: publicJwk, name }),
  offer: v.strictObject({ nonce: id, sid: id, sdp: text(MAX_SDP_CHARS) }),
  candidate: v.strictObject({ nonce: id, sid: id, candidate: text(MAX_CANDIDATE_CHARS) }),
  leave: v.strictObject({ nonce: id, sid: id }),
  presence: v.strictObject({
    rq: v.optional(digest),
    state: v.picklist(['online', 'offline']),
    nonce: id,
    name,
    ice_servers: iceServers,
  }),
  redeemed: v.strictObject({ rq: digest, sealed: text(MAX_SEALED_CHARS) }),
  answer: v.strictObject({ rq: digest, sid: id, sdp: text(MAX_SDP_CHARS) }),
  'answer-candidate': v.strictObject({ rq: digest, sid: id, candidate: text(MAX_CANDIDATE_CHARS) }),
  bye: v.strictObject({ rq: digest, sid: id, reason: v.picklist(FAREWELLS) }),
  refused: v.strictObject({ rq: digest, code: v.picklist(REFUSALS), nonce: v.optional(id) }),
} as const;

export type MessageType = keyof typeof BODIES;

/** The claims that are particular to one type of message. */
export type MessageBody<T extends MessageType = MessageType> = v.InferOutput<(typeof BODIES)[T]>;

/** A message by type, with its body. */
export type Message = {
  [T in MessageType]: { readonly type: T; readonly body: MessageBody<T> };
}[MessageType];

const commonClaims = v.object({ iss: digest, aud: digest, iat: numericDate, jti: id });

/** The claims that every message carries (RFC 7519 §4.1). */
export type CommonClaims = v.InferOutput<typeof commonClaims>;

/** Whether `type` names a message of this protocol. */
export function isMessageType(type: string): type is MessageType {
  return Object.hasOwn(BODIES, type);
}

/**
 * Reads the claims of a message whose signature has been checked.
 * @throws ProtocolError `malformed`
 */
export function parseClaims(type: MessageType, claims: unknown): { common: CommonClaims; message: Message } {
  if (typeof claims !== 'object' || claims === null) throw new ProtocolError('malformed', 'no claims');
  const { iss, aud, iat, jti, ...body } = { ...claims } as Record<string, unknown>;
  const common = parse(commonClaims, { iss, aud, iat, jti });
  // The body was read by the schema of that very type; TypeScript does not follow the lookup.
  const message = { type, body: parse(BODIES[type], body) } as Message;
  return { common, message };
}

/**
 * Reads the terms that a camera sealed for this phone.
 * @throws ProtocolError `malformed`
 */
export function parseGrantTerms(value: unknown): GrantTerms {
  return parse(grantTerms, value);
}

/**
 * Reads STUN and TURN servers as `presence` may carry them.
 * @throws ProtocolError `malformed`
 */
export function parseIceServers(value: unknown): IceServer[] {
  return parse(iceServers, value);
}

/** The name as it may be stored and shown, or null where there is none to make of it. */
export function cleanName(value: string): string | null {
  const cleaned = value.replace(/\s+/gu, ' ').trim().slice(0, MAX_NAME_CHARS).trim();
  return NAME.test(cleaned) && cleaned.isWellFormed() ? cleaned : null;
}

function parse<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  try {
    return v.parse(schema, value);
  } catch (cause) {
    throw new ProtocolError('malformed', 'the message is not of the form its type has', { cause });
  }
}
