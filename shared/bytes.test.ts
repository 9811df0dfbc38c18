import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64url, encodeHex, encodeUtf8, parseBase64url, parseUtf8 } from './bytes.ts';

describe('base64url', () => {
  it('reads back every byte string it writes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(parseBase64url(encodeBase64url(bytes))).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  it('matches RFC 4648 §10', () => {
    expect(encodeBase64url(encodeUtf8('foobar'))).toBe('Zm9vYmFy');
    expect(encodeBase64url(encodeUtf8('fo'))).toBe('Zm8');
  });

  it.each(['Zm9', 'Zg==', 'Zh', 'a', 'ä', 'Zm9v\n', '+/+/'])('refuses %j unless canonical', (text) => {
    const bytes = parseBase64url(text);
    if (bytes !== null) expect(encodeBase64url(bytes)).toBe(text);
    else expect(bytes).toBeNull();
  });
});

describe('text', () => {
  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseUtf8(Uint8Array.of(0xff, 0xfe))).toThrow(TypeError);
  });

  it('writes hexadecimal in lower case', () => {
    expect(encodeHex(Uint8Array.of(0, 10, 255))).toBe('000aff');
  });
});
