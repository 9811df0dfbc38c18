import { generateKeyPair, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { encodeSelfSignedCertificate } from './self-signed-certificate.ts';
import { HashAlgorithm, type RTCCertificate, RTCDtlsFingerprint, SignatureAlgorithm } from './werift.ts';

/** The relay's end of every DTLS handshake: a P-256 key and a self-signed certificate, kept in memory only. */
export interface DtlsCertificate {
  /** SHA-256 over the DER form, upper-case hex pairs with colons, as `a=fingerprint` writes it (RFC 8122 §5). */
  readonly fingerprint: string;
}

const generateKey = promisify(generateKeyPair);
const weriftCertificates = new WeakMap<DtlsCertificate, RTCCertificate>();

/** Makes a fresh ECDSA P-256 certificate; one serves all peers of a process. */
export async function createDtlsCertificate(): Promise<DtlsCertificate> {
  const { publicKey, privateKey } = await generateKey('ec', { namedCurve: 'P-256' });
  const x509 = new X509Certificate(encodeSelfSignedCertificate(privateKey));
  const certificate: DtlsCertificate = Object.freeze({ fingerprint: x509.fingerprint256 });
  // Not by werift's constructor, which has three libraries read what is known here.
  weriftCertificates.set(certificate, {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certPem: x509.toString(),
    signatureHash: { hash: HashAlgorithm.sha256_4, signature: SignatureAlgorithm.ecdsa_3 },
    getFingerprints: () => [new RTCDtlsFingerprint('sha-256', certificate.fingerprint)],
  });
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
