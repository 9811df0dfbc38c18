import { describe, expect, it } from 'vitest';
import { encodeUtf8, parseUtf8 } from './bytes.ts';
import {
  createEphemeralKey,
  exportPublicJwk,
  openSealed,
  parsePrivateJwk,
  parsePublicJwk,
  sealTo,
  sign,
  thumbprintOf,
  verify,
} from './crypto.ts';
import { createIdentity } from './identity.ts';

// RFC 7515 appendix A.3
const jwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
} as const;

describe('a public key', () => {
  it('is read with exactly its four members', () => {
    expect(parsePublicJwk(jwk)).toEqual(jwk);
  });

  it.each([
    ['null', null],
    ['a private key', { ...jwk, d: jwk.x }],
    ['another curve', { ...jwk, crv: 'P-384' }],
    ['another type', { ...jwk, kty: 'OKP' }],
    ['a short coordinate', { ...jwk, x: 'f83O' }],
    ['a coordinate that is no text', { ...jwk, y: 7 }],
    ['an unknown member', { ...jwk, kid: 'a' }],
  ])('is refused as %s', (_, value) => {
    expect(() => parsePublicJwk(value)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  it('has the thumbprint that RFC 7638 gives it', async () => {
    // SHA-256 of {"crv":"P-256","kty":"EC","x":"...","y":"..."}, computed with OpenSSL.
    expect(await thumbprintOf(jwk)).toBe('oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U');
  });
});

describe('a private key', () => {
  it('is refused without its private half', () => {
    expect(() => parsePrivateJwk(jwk)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});

describe('a signature', () => {
  it('verifies the example of RFC 7515 appendix A.3', async () => {
    const token =
      'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q';
    expect(parseUtf8(await verify(token, jwk))).toContain('"iss":"joe"');
  });

  it('is refused with `alg: none` and with HS256 keyed by the public key', async () => {
    const payload = 'e30';
    const none = `${btoa('{"alg":"none"}').replaceAll('=', '')}.${payload}.`;
    const hs256 = `${btoa('{"alg":"HS256"}').replaceAll('=', '')}.${payload}.${'A'.repeat(43)}`;
    for (const token of [none, hs256]) {
      await expect(verify(token, jwk)).rejects.toMatchObject({ code: 'not_authentic' });
    }
  });

  it('is refused when made by another key', async () => {
    const [mine, other] = await Promise.all([
      createIdentity({ extractable: false }),
      createIdentity({ extractable: false }),
    ]);
    const token = await sign(encodeUtf8('{}'), { typ: 'x', kid: mine.thumbprint }, mine.privateKey);
    await expect(verify(token, other.publicJwk)).rejects.toMatchObject({ code: 'not_authentic' });
  });
});

describe('a seal', () => {
  it('opens with the key it was made for and with no other', async () => {
    const [mine, other] = await Promise.all([createEphemeralKey(), createEphemeralKey()]);
    const sealed = await sealTo(encodeUtf8('terms'), await exportPublicJwk(mine.publicKey));
    expect(parseUtf8(await openSealed(sealed, mine.privateKey))).toBe('terms');
    await expect(openSealed(sealed, other.privateKey)).rejects.toMatchObject({ code: 'not_authentic' });
  });
});
