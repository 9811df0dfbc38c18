import { describe, expect, it } from 'vitest';
import { createDtlsCertificate, weriftCertificateOf } from './certificate.ts';

describe('dtls certificate', () => {
  it('is new each time and shows a SHA-256 fingerprint', async () => {
    const [one, two] = await Promise.all([createDtlsCertificate(), createDtlsCertificate()]);
    expect(one.fingerprint).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/u);
    expect(two.fingerprint).not.toBe(one.fingerprint);
    expect(weriftCertificateOf(one).getFingerprints()[0]?.value).toBe(one.fingerprint);
  });

  it('keeps its key to itself', async () => {
    expect(Object.keys(await createDtlsCertificate())).toEqual(['fingerprint']);
  });

  it('cannot be made up', () => {
    expect(() => weriftCertificateOf({ fingerprint: '' })).toThrow(TypeError);
  });
});
