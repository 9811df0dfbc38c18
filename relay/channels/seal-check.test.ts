import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '#shared/bytes.ts';
import { encrypt } from '#shared/crypto.ts';
import { MAX_ENVELOPE_BYTES } from '#shared/envelope.ts';
import { isSealedWith } from './seal-check.ts';

const key = crypto.getRandomValues(new Uint8Array(32));
const other = crypto.getRandomValues(new Uint8Array(32));

describe('the seal check', () => {
  it('lets through what was sealed with the key, and nothing sealed with another', async () => {
    const payload = encodeUtf8(await encrypt(encodeUtf8('hello'), key));
    expect(isSealedWith(key, payload)).toBe(true);
    expect(isSealedWith(other, payload)).toBe(false);
  });

  it('refuses a changed header, iv, text or tag', async () => {
    const parts = (await encrypt(encodeUtf8('hello'), key)).split('.');
    for (const index of [0, 2, 3, 4]) {
      const changed = parts.map((part, at) =>
        at === index ? `A${part.slice(1)}`.replace(/^AA/, 'BA') : part,
      );
      if (changed[index] !== parts[index])
        expect(isSealedWith(key, encodeUtf8(changed.join('.')))).toBe(false);
    }
  });

  it('refuses a shortened tag', async () => {
    const parts = (await encrypt(encodeUtf8('hello'), key)).split('.');
    parts[4] = (parts[4] ?? '').slice(0, 6);
    expect(isSealedWith(key, encodeUtf8(parts.join('.')))).toBe(false);
  });

  it('refuses what is larger than any envelope, unopened', async () => {
    const large = encodeUtf8(await encrypt(crypto.getRandomValues(new Uint8Array(3_000)), key));
    expect(large.byteLength).toBeGreaterThan(MAX_ENVELOPE_BYTES);
    expect(isSealedWith(key, large)).toBe(false);
  });

  it('survives any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 4_000 }), (bytes) => !isSealedWith(key, bytes)));
    const texts = fc.array(fc.string(), { maxLength: 7 }).map((parts) => parts.join('.'));
    fc.assert(fc.property(texts, (text) => !isSealedWith(key, encodeUtf8(text))));
  });
});
