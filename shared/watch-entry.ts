import * as v from 'valibot';
import { encodeBase64url, encodeUtf8, parseBase64url, parseUtf8 } from './bytes.ts';
import { hashOf, sign, verify } from './crypto.ts';
import type { Identity } from './envelope.ts';
import { digest, id, name, numericDate } from './message-fields.ts';
import { ProtocolError } from './protocol-error.ts';
import { FAREWELLS } from './verdicts.ts';

/** Longest line: a `watching` entry whose name has 64 characters that JSON escapes has 1,006. */
export const MAX_WATCH_LINE_CHARS = 1_280;
/** A thousand viewings a day reach it after three thousand years. */
const MAX_SEQ = 0x7fff_ffff;
const SIGNATURE_BYTES = 64;
const TYP = 'watch-log+jws';

const seq = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_SEQ));
const place = v.strictObject({ seq, prev: v.nullable(digest) });

/** Whose grant, which key, and what its holder calls it. */
const viewer = { gid: id, jkt: digest, name };
/** Which viewing: the `seq` of the entry by which it began, and when that was. */
const begun = { start: seq, since: numericDate };

/** The members in this very order are what is signed: see `signingInputOf`. */
const event = v.variant('type', [
  v.strictObject({ at: numericDate, type: v.literal('opened'), after: v.picklist(['nothing', 'damaged']) }),
  v.strictObject({ at: numericDate, type: v.literal('started'), ...viewer }),
  v.strictObject({ at: numericDate, type: v.literal('watching'), ...begun, ...viewer }),
  v.strictObject({
    at: numericDate,
    type: v.literal('ended'),
    ...begun,
    gid: id,
    name,
    path: v.nullable(v.picklist(['direct', 'relayed'])),
    reason: v.picklist(FAREWELLS),
  }),
  v.strictObject({ at: numericDate, type: v.literal('interrupted'), ...begun, gid: id, name }),
  v.strictObject({
    at: numericDate,
    type: v.literal('dropped'),
    first: seq,
    why: v.picklist(['size', 'damaged']),
  }),
]);

/** Something that the camera writes down; `docs/protocol.md` says what each type means. */
export type WatchEvent = Readonly<v.InferOutput<typeof event>>;

/** Where an entry stands: its number, and the hash of the entry before it; null for the very first. */
export type WatchPlace = Readonly<v.InferOutput<typeof place>>;

/** An event in its place in the log. */
export type WatchEntry = WatchPlace & WatchEvent;

/** Whose log it is. */
export type WatchedCamera = Pick<Identity, 'thumbprint' | 'publicJwk'>;

/**
 * Reads what an entry says, without its place.
 * @throws ProtocolError `malformed`
 */
export function parseWatchEvent(value: unknown): WatchEvent {
  return parse(event, value);
}

/**
 * Puts an event into its place.
 * @throws ProtocolError `malformed` when it cannot stand there: the log opens with its first entry and no other, and an
 * entry refers to earlier ones only.
 */
export function placeWatchEvent(position: WatchPlace, said: WatchEvent): WatchEntry {
  const { seq, prev } = parse(place, position);
  const isFirst = seq === 0;
  if (isFirst !== (prev === null) || isFirst !== (said.type === 'opened')) throw malformed('not its place');
  if ('start' in said && said.start >= seq) throw malformed('it began later');
  if ('first' in said && said.first >= seq) throw malformed('it would be gone itself');
  return { seq, prev, ...said };
}

/**
 * Reads the claims of an entry.
 * @throws ProtocolError `malformed`
 */
export function parseWatchClaims(value: unknown): WatchEntry {
  if (typeof value !== 'object' || value === null) throw malformed('no claims');
  const { seq, prev, ...said } = { ...value } as Record<string, unknown>;
  return placeWatchEvent(parse(place, { seq, prev }), parseWatchEvent(said));
}

/**
 * What the camera signs (RFC 7515 §5.1), and what the next entry's `prev` is the hash of. An entry has one such text
 * and no other, so a receiver can build it from the claims alone.
 */
export function signingInputOf(entry: WatchEntry, thumbprint: string): string {
  const header = JSON.stringify({ alg: 'ES256', typ: TYP, kid: thumbprint });
  return [header, JSON.stringify(entry)].map((text) => encodeBase64url(encodeUtf8(text))).join('.');
}

/** SHA-256 of what is signed, base64url: the signature, which differs from one signing to the next, is not in it. */
export function hashWatchEntry(entry: WatchEntry, thumbprint: string): Promise<string> {
  return hashOf(signingInputOf(entry, thumbprint));
}

/**
 * The line by which an entry is kept: a JWS, compact serialisation.
 * @throws ProtocolError `malformed` when it is not an entry that could be read again.
 */
export async function encodeWatchEntry(entry: WatchEntry, identity: Identity): Promise<string> {
  const claims = JSON.stringify(parseWatchClaims(entry));
  return sign(encodeUtf8(claims), { typ: TYP, kid: identity.thumbprint }, identity.privateKey);
}

/** An entry as a line says it, before anybody has checked who signed it. */
export interface ClaimedWatchEntry {
  readonly entry: WatchEntry;
  /** Thumbprint of the key that is said to have signed it. */
  readonly kid: string;
  /** Base64url. */
  readonly signature: string;
}

/**
 * Reads a line that nobody vouches for yet.
 * @throws ProtocolError `malformed` unless it is, to the character, what a camera writes.
 */
export function parseWatchEntry(line: unknown): ClaimedWatchEntry {
  if (typeof line !== 'string' || line.length > MAX_WATCH_LINE_CHARS) throw malformed('not a short line');
  const [header = '', payload = '', signature = '', ...rest] = line.split('.');
  if (rest.length > 0 || !isSignature(signature)) throw malformed('not a compact JWS');
  const { kid } = parse(v.object({ kid: digest }), parseJson(header));
  const entry = parseWatchClaims(parseJson(payload));
  // Whole: so no other header member gets a say, and no two texts are the same entry.
  if (signingInputOf(entry, kid) !== `${header}.${payload}`) throw malformed('not in its one form');
  return { entry, kid, signature };
}

/**
 * Reads a line and checks that the camera has signed it.
 * @throws ProtocolError `malformed` | `not_authentic`
 */
export async function verifyWatchEntry(line: unknown, camera: WatchedCamera): Promise<WatchEntry> {
  const { entry, kid, signature } = parseWatchEntry(line);
  if (kid !== camera.thumbprint) throw new ProtocolError('not_authentic', 'signed by another key');
  await verify(`${signingInputOf(entry, kid)}.${signature}`, camera.publicJwk);
  return entry;
}

/** Whether a text is the canonical encoding of an ES256 signature (RFC 7518 §3.4). */
export function isSignature(text: string): boolean {
  return text.length <= 86 && parseBase64url(text)?.byteLength === SIGNATURE_BYTES;
}

function parseJson(part: string): unknown {
  try {
    return JSON.parse(parseUtf8(parseBase64url(part) ?? new Uint8Array()));
  } catch (cause) {
    throw malformed('not JSON', cause);
  }
}

function parse<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  try {
    return v.parse(schema, value);
  } catch (cause) {
    throw malformed('not of its form', cause);
  }
}

function malformed(why: string, cause?: unknown): ProtocolError {
  return new ProtocolError('malformed', `this is no entry of a watch log: ${why}`, { cause });
}
