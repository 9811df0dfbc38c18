import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseFingerprint, parsePeerCertificate } from './dtls-possession.ts';
import { encodeCertificateBody, makeCertificate } from './testing/dtls-client.ts';

const RSA = 1;
const VALUE = Array.from({ length: 32 }, (_, n) => n.toString(16).padStart(2, '0')).join(':');

describe('a peer certificate', () => {
  it('without a P-256 key is refused, whatever the offer says', async () => {
    const { raw, fingerprint } = await makeCertificate(RSA);
    expect(() => parsePeerCertificate(encodeCertificateBody(raw), fingerprint)).toThrow(badCertificate);
  });

  it('that cannot be read is refused, whatever the offer says', () => {
    const raw = randomBytes(300);
    const fingerprint = createHash('sha256').update(raw).digest();
    expect(() => parsePeerCertificate(encodeCertificateBody(raw), fingerprint)).toThrow(badCertificate);
  });
});

describe('the fingerprint of an offer', () => {
  it('is the SHA-256 one, written in either case, once or repeated', () => {
    const fingerprints = [
      { algorithm: 'sha-512', value: 'AB' },
      { algorithm: 'SHA-256', value: VALUE.toUpperCase() },
      { algorithm: 'sha-256', value: VALUE },
    ];
    expect(parseFingerprint(fingerprints)?.toString('hex')).toBe(VALUE.replaceAll(':', ''));
  });

  it.each([
    ['none', []],
    ['another algorithm', [{ algorithm: 'sha-1', value: VALUE }]],
    ['two', [VALUE, VALUE.replace('00', 'ff')].map((value) => ({ algorithm: 'sha-256', value }))],
    ['one too short', [{ algorithm: 'sha-256', value: VALUE.slice(3) }]],
    ['one that is no hexadecimal', [{ algorithm: 'sha-256', value: VALUE.replace('00', 'zz') }]],
  ])('is none of: %s', (_, fingerprints) => {
    expect(parseFingerprint(fingerprints)).toBeNull();
  });
});

const badCertificate = expect.objectContaining({ code: 'bad_certificate' });
