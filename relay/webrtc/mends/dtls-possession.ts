import { createHash, type KeyObject, timingSafeEqual, verify, X509Certificate } from 'node:crypto';
import { DtlsError } from './dtls-error.ts';
import { SIGNATURE_SCHEME } from './dtls-hello.ts';
import { DtlsReader, encodeVector } from './dtls-reader.ts';

/** ecdsa_sign (RFC 8422 §5.5). */
export const CERTIFICATE_TYPE_ECDSA = 64;

/** The phone's certificate, known to be the one its signed offer names. */
export interface PeerCertificate {
  /** DER. */
  readonly raw: Buffer;
  readonly publicKey: KeyObject;
}

/**
 * The first certificate of a Certificate message, if it is the one the SDP names (RFC 8122 §5, RFC 8827 §6.5).
 * @throws DtlsError bad_certificate when there is none, or another, or one without a P-256 key.
 */
export function parsePeerCertificate(body: Buffer, fingerprint: Buffer): PeerCertificate {
  const list = new DtlsReader(new DtlsReader(body).vector(3));
  if (list.done) throw new DtlsError('bad_certificate', 'the peer shows no certificate');
  const raw = Buffer.from(list.vector(3));
  if (!isSame(createHash('sha256').update(raw).digest(), fingerprint)) {
    throw new DtlsError('bad_certificate', 'the certificate is not the one of the offer');
  }
  return { raw, publicKey: parsePublicKey(raw) };
}

/** Certificate message of one certificate, DER. */
export function encodeCertificate(certificate: Buffer): Buffer {
  return encodeVector(3, encodeVector(3, certificate));
}

/**
 * Checks that the peer signed what it had to with the key of its certificate: a client the handshake so far (RFC 5246 §7.4.8),
 * a server its share with both random values (RFC 8422 §5.4).
 * @throws DtlsError decrypt_error when it did not.
 */
export function verifyPossession(signatureBody: Buffer, signed: Buffer, publicKey: KeyObject): void {
  const reader = new DtlsReader(signatureBody);
  const scheme = reader.uint(2);
  const signature = reader.vector(2);
  if (scheme !== SIGNATURE_SCHEME || !verify('sha256', signed, publicKey, signature)) {
    throw new DtlsError('decrypt_error', 'the peer does not hold the key of its certificate');
  }
}

/**
 * Checks the peer's Finished (RFC 5246 §7.4.9).
 * @throws DtlsError decrypt_error when the two sides did not see the same handshake.
 */
export function verifyFinished(body: Buffer, expected: Buffer): void {
  if (!isSame(body, expected)) throw new DtlsError('decrypt_error', 'Finished does not fit the handshake');
}

/** Bytes of the one SHA-256 fingerprint of a remote description, or null when there is none or several. */
export function parseFingerprint(
  fingerprints: readonly { readonly algorithm: string; readonly value: string }[],
): Buffer | null {
  const values = fingerprints
    .filter(({ algorithm }) => algorithm.trim().toLowerCase() === 'sha-256')
    .map(({ value }) => value.trim().toLowerCase());
  const [value, another] = new Set(values);
  if (value === undefined || another !== undefined) return null;
  return /^([0-9a-f]{2}:){31}[0-9a-f]{2}$/.test(value) ? Buffer.from(value.replaceAll(':', ''), 'hex') : null;
}

function parsePublicKey(der: Buffer): KeyObject {
  let publicKey: KeyObject;
  try {
    publicKey = new X509Certificate(der).publicKey;
  } catch (cause) {
    throw new DtlsError('bad_certificate', 'the certificate cannot be read', { cause });
  }
  if (!isP256(publicKey)) throw new DtlsError('bad_certificate', 'the certificate holds no P-256 key');
  return publicKey;
}

/** Whether a key is for ECDSA with P-256, the one kind we sign with and accept. */
export function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
