// The one file that imports jose: the rest of the code sees the handful of operations the protocol uses,
// each with its algorithm pinned.
import {
  CompactEncrypt,
  CompactSign,
  calculateJwkThumbprint,
  compactDecrypt,
  compactVerify,
  type DecryptOptions,
  exportJWK,
  importJWK,
} from 'jose';
import { encodeBase64url, encodeUtf8, parseBase64url } from './bytes.ts';
import { ProtocolError } from './protocol-error.ts';

/** An elliptic-curve public key on P-256 (RFC 7518 §6.2.1), with nothing else in it. */
export interface PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

/** A private key on P-256 as it is stored by the camera. */
export interface PrivateJwk extends PublicJwk {
  readonly d: string;
}

const COORDINATE_BYTES = 32;

/**
 * Reads a P-256 public key that came from outside; private and unknown members are refused.
 * @throws ProtocolError `malformed`
 */
export function parsePublicJwk(value: unknown): PublicJwk {
  const jwk = parseMembers(value, ['crv', 'kty', 'x', 'y']);
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256' || !isCoordinate(jwk.x) || !isCoordinate(jwk.y)) {
    throw new ProtocolError('malformed', 'not a P-256 public key');
  }
  return { kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y };
}

/**
 * Reads a P-256 private key from storage.
 * @throws ProtocolError `malformed`
 */
export function parsePrivateJwk(value: unknown): PrivateJwk {
  const { d, ...rest } = parseMembers(value, ['crv', 'd', 'kty', 'x', 'y']);
  if (!isCoordinate(d)) throw new ProtocolError('malformed', 'not a P-256 private key');
  return { ...parsePublicJwk(rest), d };
}

function parseMembers(value: unknown, names: string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new ProtocolError('malformed', 'not a key');
  if (Object.keys(value).sort().join() !== names.join()) {
    throw new ProtocolError('malformed', `a key has exactly the members ${names.join(', ')}`);
  }
  return { ...value };
}

function isCoordinate(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= 43 && parseBase64url(value)?.byteLength === COORDINATE_BYTES
  );
}

/** SHA-256 thumbprint of a public key, base64url (RFC 7638). */
export function thumbprintOf(jwk: PublicJwk): Promise<string> {
  return calculateJwkThumbprint({ kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, 'sha256');
}

/** A fresh ES256 key pair; `extractable: false` keeps the private half inside the browser's or process's key store. */
export function createSigningKey(options: { extractable: boolean }): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, options.extractable, [
    'sign',
    'verify',
  ]);
}

/** A fresh P-256 key pair that lives for one redemption (RFC 7518 §4.6). */
export function createEphemeralKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
}

/** The public half of a key, as it travels. */
export async function exportPublicJwk(key: CryptoKey): Promise<PublicJwk> {
  const { kty, crv, x, y } = await exportJWK(key);
  return parsePublicJwk({ kty, crv, x, y });
}

/** The private half of an extractable key, as the camera stores it. */
export async function exportPrivateJwk(key: CryptoKey): Promise<PrivateJwk> {
  const { kty, crv, x, y, d } = await exportJWK(key);
  return parsePrivateJwk({ kty, crv, x, y, d });
}

/** An ES256 signing key that cannot be read out again. */
export async function importSigningKey(jwk: PrivateJwk): Promise<CryptoKey> {
  return (await importJWK({ ...jwk, ext: false }, 'ES256')) as CryptoKey;
}

export interface SignatureHeader {
  readonly typ: string;
  readonly kid: string;
  readonly jwk?: PublicJwk;
}

/** Signs with ES256, compact serialisation (RFC 7515 §7.1). */
export function sign(payload: Uint8Array, header: SignatureHeader, key: CryptoKey): Promise<string> {
  return new CompactSign(payload).setProtectedHeader({ alg: 'ES256', ...header }).sign(key);
}

/**
 * Checks an ES256 signature and returns the signed bytes. Any other algorithm is refused (RFC 8725 §3.1).
 * @throws ProtocolError `not_authentic`
 */
export async function verify(jws: string, jwk: PublicJwk): Promise<Uint8Array> {
  try {
    const { payload } = await compactVerify(jws, await importJWK({ ...jwk }, 'ES256'), {
      algorithms: ['ES256'],
    });
    return payload;
  } catch (cause) {
    throw new ProtocolError('not_authentic', 'the signature does not hold', { cause });
  }
}

/** The members of an envelope's header, which has these and no other. */
const ENVELOPE_HEADER = { alg: 'dir', enc: 'A256GCM', cty: 'JWT', zip: 'DEF' } as const;

/** Encrypts with a shared 256-bit key: JWE `dir`, A256GCM, deflated (RFC 7516, RFC 7518 §4.5). */
export function encrypt(plaintext: Uint8Array, key: Uint8Array): Promise<string> {
  return new CompactEncrypt(plaintext).setProtectedHeader(ENVELOPE_HEADER).encrypt(key);
}

/**
 * Opens what `encrypt` made; inflates to `maxBytes` at most.
 * @throws ProtocolError `not_authentic` | `malformed` when the header has other members
 */
export async function decrypt(jwe: string, key: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const { plaintext, protectedHeader } = await openJwe(jwe, key, {
    keyManagementAlgorithms: [ENVELOPE_HEADER.alg],
    contentEncryptionAlgorithms: [ENVELOPE_HEADER.enc],
    maxDecompressedLength: maxBytes,
  });
  const { cty, zip, ...rest } = protectedHeader;
  if (cty !== ENVELOPE_HEADER.cty || zip !== ENVELOPE_HEADER.zip || Object.keys(rest).length !== 2) {
    throw new ProtocolError('malformed', 'unexpected envelope header');
  }
  return plaintext;
}

/** Encrypts to one receiver's public key: JWE ECDH-ES, A256GCM (RFC 7518 §4.6). */
export async function sealTo(plaintext: Uint8Array, receiver: PublicJwk): Promise<string> {
  return new CompactEncrypt(plaintext)
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
    .encrypt(await importJWK({ ...receiver }, 'ECDH-ES'));
}

/**
 * Opens what `sealTo` made.
 * @throws ProtocolError `not_authentic`
 */
export async function openSealed(jwe: string, key: CryptoKey): Promise<Uint8Array> {
  const { plaintext } = await openJwe(jwe, key, {
    keyManagementAlgorithms: ['ECDH-ES'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  return plaintext;
}

async function openJwe(jwe: string, key: Uint8Array | CryptoKey, options: DecryptOptions) {
  try {
    return await compactDecrypt(jwe, key, options);
  } catch (cause) {
    throw new ProtocolError('not_authentic', 'the encryption does not open', { cause });
  }
}

/** HKDF with SHA-256 (RFC 5869). */
export async function deriveBytes(options: {
  secret: Uint8Array;
  salt: string;
  info: string;
  bytes: number;
}): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey('raw', options.secret, 'HKDF', false, ['deriveBits']);
  const algorithm = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: encodeUtf8(options.salt),
    info: encodeUtf8(options.info),
  } as const;
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, options.bytes * 8));
}

/** SHA-256 of a text, base64url. */
export async function hashOf(text: string): Promise<string> {
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', encodeUtf8(text))));
}

/** Random bytes as base64url. */
export function randomBase64url(bytes: number): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(bytes)));
}
