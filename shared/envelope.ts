import { encodeUtf8, parseBase64url, parseUtf8 } from './bytes.ts';
import type { Lane } from './channel.ts';
import {
  decrypt,
  encrypt,
  hashOf,
  type PublicJwk,
  parsePublicJwk,
  randomBase64url,
  sign,
  thumbprintOf,
  verify,
} from './crypto.ts';
import type { Message } from './message.ts';
import type { MessageReader } from './message-reader.ts';
import { ProtocolError } from './protocol-error.ts';

/** Mosquitto's WebSocket listener takes 2 ms for 3,500 bytes and 200 ms for 4,096: every message stays below. */
export const MAX_ENVELOPE_BYTES = 3_500;
/** What an envelope may inflate to: the largest message with its base64 and signature. */
const MAX_TOKEN_BYTES = 20_480;
const MESSAGE_ID_BYTES = 16;

/** Who signs: a phone or a camera. */
export interface Identity {
  /** RFC 7638 thumbprint of the public key: the party's name in the protocol. */
  readonly thumbprint: string;
  readonly publicJwk: PublicJwk;
  readonly privateKey: CryptoKey;
}

/**
 * Whose signature is accepted. On a grant's channel both know each other's key.
 * On an invite's channel the message brings its key, and `thumbprint` says which one it must be, where that is known.
 */
export type ExpectedSender =
  | { readonly type: 'known'; readonly jwk: PublicJwk }
  | { readonly type: 'introduced'; readonly thumbprint?: string };

export interface SealOptions {
  readonly identity: Identity;
  /** Thumbprint of the receiver. */
  readonly audience: string;
  readonly lane: Lane;
  /** Sends the public key along; for invites. Default false. */
  readonly introduce?: boolean;
  /** NumericDate, seconds. */
  readonly issuedAt: number;
}

/** A message on its way, and the hash by which its answer refers to it (`rq`). */
export interface SealedMessage {
  readonly payload: Uint8Array;
  readonly hash: string;
}

/** Signs a message and encrypts it for one lane. */
export async function sealMessage(message: Message, options: SealOptions): Promise<SealedMessage> {
  const { identity, audience, lane, introduce = false, issuedAt } = options;
  const claims = {
    iss: identity.thumbprint,
    aud: audience,
    iat: issuedAt,
    jti: randomBase64url(MESSAGE_ID_BYTES),
    ...message.body,
  };
  const header = {
    typ: `${message.type}+jwt`,
    kid: identity.thumbprint,
    ...(introduce ? { jwk: identity.publicJwk } : {}),
  };
  const token = await sign(encodeUtf8(JSON.stringify(claims)), header, identity.privateKey);
  const envelope = await encrypt(encodeUtf8(token), lane.key);
  if (envelope.length > MAX_ENVELOPE_BYTES) {
    throw new RangeError(`a ${message.type} of ${envelope.length} bytes exceeds ${MAX_ENVELOPE_BYTES}`);
  }
  return { payload: encodeUtf8(envelope), hash: await hashOf(envelope) };
}

export interface OpenOptions<M extends Message> {
  readonly lane: Lane;
  /** Of the messages that belong on this lane. */
  readonly reader: MessageReader<M>;
  /** Our own thumbprint. */
  readonly audience: string;
  readonly sender: ExpectedSender;
}

/** A message that is what it claims to be: decrypted, signed by the expected key, addressed to us. */
export interface OpenedMessage<M extends Message = Message> {
  readonly message: M;
  /** Who signed it. */
  readonly sender: { readonly thumbprint: string; readonly jwk: PublicJwk };
  /** What an answer to it carries as `rq`. */
  readonly hash: string;
  /** `jti` (RFC 7519 §4.1.7). */
  readonly id: string;
  /** `iat`, NumericDate. */
  readonly issuedAt: number;
}

/**
 * Opens and checks a message in the order that costs a stranger most: size, decryption, signature, claims.
 * @throws ProtocolError `malformed` | `not_authentic` | `misdirected`
 */
export async function openMessage<M extends Message>(
  payload: Uint8Array,
  options: OpenOptions<M>,
): Promise<OpenedMessage<M>> {
  const envelope = parseEnvelope(payload);
  const token = parseText(await decrypt(envelope, options.lane.key, MAX_TOKEN_BYTES));
  const header = parseSignatureHeader(token);
  const jwk = await chooseKey(header, options.sender);
  const claims = parseJson(await verify(token, jwk));
  const { common, message } = options.reader.read(header.type, claims);
  if (common.iss !== header.kid) throw new ProtocolError('not_authentic', 'issuer and key differ');
  if (common.aud !== options.audience) throw new ProtocolError('misdirected', 'addressed to another party');
  return {
    message,
    sender: { thumbprint: header.kid, jwk },
    hash: await hashOf(envelope),
    id: common.jti,
    issuedAt: common.iat,
  };
}

/**
 * The envelope's five parts as text (RFC 7516 §7.1), if it can be one at all.
 * @throws ProtocolError `malformed`
 */
export function parseEnvelope(payload: Uint8Array): string {
  if (payload.byteLength > MAX_ENVELOPE_BYTES) throw new ProtocolError('malformed', 'too large');
  const text = parseText(payload);
  const [header, key, ...rest] = text.split('.');
  // Each part in its one canonical encoding: or a broker could alter bits that decode to the same message.
  const isCanonical = [header ?? '', ...rest].every((part) => part !== '' && parseBase64url(part) !== null);
  if (key !== '' || rest.length !== 3 || !isCanonical) {
    throw new ProtocolError('malformed', 'not a compact JWE with direct encryption');
  }
  return text;
}

interface SignatureHeader {
  readonly type: string;
  readonly kid: string;
  readonly jwk?: PublicJwk;
}

/** Reads the header strictly: no member that this protocol does not use, so no `crit`, `x5u` or `b64` gets a say. */
function parseSignatureHeader(token: string): SignatureHeader {
  const bytes = parseBase64url(token.slice(0, token.indexOf('.')));
  const header = parseJson(bytes ?? new Uint8Array());
  if (typeof header !== 'object' || header === null) throw new ProtocolError('malformed', 'no header');
  const { alg, typ, kid, jwk, ...rest } = { ...header } as Record<string, unknown>;
  if (alg !== 'ES256' || Object.keys(rest).length > 0 || typeof kid !== 'string' || typeof typ !== 'string') {
    throw new ProtocolError('malformed', 'unexpected signature header');
  }
  const type = typ.replace(/\+jwt$/, '');
  if (typ === type) throw new ProtocolError('malformed', 'unknown type of message');
  return jwk === undefined ? { type, kid } : { type, kid, jwk: parsePublicJwk(jwk) };
}

async function chooseKey(header: SignatureHeader, expected: ExpectedSender): Promise<PublicJwk> {
  if (expected.type === 'known' && header.jwk !== undefined) {
    throw new ProtocolError('malformed', 'a known sender does not introduce itself');
  }
  const jwk = expected.type === 'known' ? expected.jwk : header.jwk;
  if (jwk === undefined) throw new ProtocolError('malformed', 'no key to check the signature with');
  const thumbprint = await thumbprintOf(jwk);
  const wanted = expected.type === 'known' ? thumbprint : (expected.thumbprint ?? thumbprint);
  if (thumbprint !== wanted || thumbprint !== header.kid) {
    throw new ProtocolError('not_authentic', 'signed by another key');
  }
  return jwk;
}

function parseText(bytes: Uint8Array): string {
  try {
    return parseUtf8(bytes);
  } catch (cause) {
    throw new ProtocolError('malformed', 'not text', { cause });
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(parseUtf8(bytes));
  } catch (cause) {
    throw new ProtocolError('malformed', 'not JSON', { cause });
  }
}
