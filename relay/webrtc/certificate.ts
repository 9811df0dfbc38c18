import {
  createSelfSignedCertificate,
  HashAlgorithm,
  NamedCurveAlgorithm,
  RTCCertificate,
  SignatureAlgorithm,
} from './werift.ts';

/** The relay's end of every DTLS handshake: a P-256 key and a self-signed certificate, kept in memory only. */
export interface DtlsCertificate {
  /** SHA-256 over the DER form, upper-case hex pairs with colons, as `a=fingerprint` writes it (RFC 8122 §5). */
  readonly fingerprint: string;
}

const weriftCertificates = new WeakMap<DtlsCertificate, RTCCertificate>();

/** Makes a fresh ECDSA P-256 certificate; one serves all peers of a process. */
export async function createDtlsCertificate(): Promise<DtlsCertificate> {
  const { keyPem, certPem, signatureHash } = await createSelfSignedCertificate(
    { hash: HashAlgorithm.sha256_4, signature: SignatureAlgorithm.ecdsa_3 },
    NamedCurveAlgorithm.secp256r1_23,
  );
  const inner = new RTCCertificate(keyPem, certPem, signatureHash);
  const fingerprint = inner.getFingerprints()[0]?.value;
  if (!fingerprint) throw new TypeError('werift gave a certificate without a fingerprint');
  const certificate: DtlsCertificate = Object.freeze({ fingerprint });
  weriftCertificates.set(certificate, inner);
  return certificate;
}

/**
 * What werift knows the certificate by.
 * @throws TypeError when it was not made by {@link createDtlsCertificate}.
 */
export function weriftCertificateOf(certificate: DtlsCertificate): RTCCertificate {
  const inner = weriftCertificates.get(certificate);
  if (!inner) throw new TypeError('certificate was not made by createDtlsCertificate');
  return inner;
}
