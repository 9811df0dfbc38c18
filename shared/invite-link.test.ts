import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64url, encodeUtf8 } from './bytes.ts';
import { encodeInviteLink, parseInviteLink } from './invite-link.ts';

const camera = 'A'.repeat(43);
const secret = `${'B'.repeat(21)}A`;

const link = fc.record(
  {
    kind: fc.constantFrom('claim' as const, 'lend' as const),
    camera: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(encodeBase64url),
    secret: fc.uint8Array({ minLength: 16, maxLength: 16 }).map(encodeBase64url),
    rendezvous: fc.constantFrom('wss://broker.example/mqtt', 'ws://192.168.1.4:8080/mqtt?a=b'),
  },
  { requiredKeys: ['kind', 'camera', 'secret'] },
);

describe('an invite link', () => {
  it('reads back every link it writes', () => {
    fc.assert(
      fc.property(link, (value) => {
        expect(parseInviteLink(encodeInviteLink('https://latchkey.example/', value))).toEqual(value);
      }),
    );
  });

  it('has the published form', () => {
    expect(encodeInviteLink('https://a.example/', { kind: 'claim', camera, secret })).toBe(
      `https://a.example/#c1.${camera}.${secret}`,
    );
  });

  it('is found in a bare fragment and with spaces around it', () => {
    expect(parseInviteLink(`  #l1.${camera}.${secret}\n`)).toEqual({ kind: 'lend', camera, secret });
    expect(parseInviteLink(`l1.${camera}.${secret}`)).toEqual({ kind: 'lend', camera, secret });
  });

  it.each([
    ['nothing', ''],
    ['another site', 'https://example.com/'],
    ['another version', `#c2.${camera}.${secret}`],
    ['a short camera', `#c1.AAAA.${secret}`],
    ['a secret that is not canonical', `#c1.${camera}.${'B'.repeat(22)}`],
    ['a part too many', `#c1.${camera}.${secret}.${encodeBase64url(encodeUtf8('wss://a'))}.x`],
    ['a rendezvous that is a page', `#c1.${camera}.${secret}.${encodeBase64url(encodeUtf8('https://a'))}`],
    ['a rendezvous with a password', `#c1.${camera}.${secret}.${encodeBase64url(encodeUtf8('wss://a:b@c'))}`],
    ['a rendezvous of bad UTF-8', `#c1.${camera}.${secret}.__79`],
    ['endless text', `#c1.${camera}.${secret}.${'A'.repeat(1_000)}`],
  ])('is refused as %s', (_, text) => {
    expect(() => parseInviteLink(text)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  it('refuses whatever else is thrown at it in one way', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
        expect(() => parseInviteLink(text)).toThrow(expect.objectContaining({ code: 'malformed' }));
      }),
    );
  });
});
