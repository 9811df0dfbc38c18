import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeSelfSignedCertificate } from './self-signed-certificate.ts';

const createKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

describe('a self-signed certificate', () => {
  it('is of its key, and signed by it', () => {
    const key = createKey();
    const certificate = new X509Certificate(encodeSelfSignedCertificate(key));
    expect(certificate.checkPrivateKey(key)).toBe(true);
    expect(certificate.verify(createPublicKey(key))).toBe(true);
    expect(certificate.verify(createPublicKey(createKey()))).toBe(false);
    expect(certificate.checkIssued(certificate)).toBe(true);
  });

  it('says nothing of whose it is, nor when it was made', () => {
    const { subject, issuer, validFromDate, validToDate, subjectAltName } = new X509Certificate(
      encodeSelfSignedCertificate(createKey()),
    );
    expect([subject, issuer, subjectAltName]).toEqual(['CN=WebRTC', 'CN=WebRTC', undefined]);
    expect([validFromDate.getUTCFullYear(), validToDate.getUTCFullYear()]).toEqual([2000, 2049]);
  });

  it('has a positive serial number of its own', () => {
    const key = createKey();
    const serials = Array.from(
      { length: 50 },
      () => new X509Certificate(encodeSelfSignedCertificate(key)).serialNumber,
    );
    expect(new Set(serials).size).toBe(50);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/u);
  });
});
