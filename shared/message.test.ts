import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanName, isMessageType, MAX_NAME_CHARS, parseClaims, parseGrantTerms } from './message.ts';

const id = 'A'.repeat(22);
const digest = 'A'.repeat(43);
const common = { iss: digest, aud: digest, iat: 1, jti: id };

describe('claims', () => {
  it('are read by the schema of their type', () => {
    const presence = {
      state: 'online',
      nonce: id,
      name: 'Kitchen',
      ice_servers: [{ urls: ['stun:a:3478'] }],
    };
    expect(parseClaims('presence', { ...common, ...presence }).message).toEqual({
      type: 'presence',
      body: presence,
    });
  });

  it.each([
    ['an ICE server that is a page', 'presence', { ice_servers: [{ urls: ['https://evil.example'] }] }],
    ['a name of two lines', 'presence', { name: 'Kitchen\nOwner' }],
    ['a name that reverses the text after it', 'presence', { name: 'abc\u202Edef' }],
    ['a state nobody knows', 'presence', { state: 'maybe' }],
  ] as const)('are refused with %s', (_, type, change) => {
    const body = { state: 'online', nonce: id, name: 'Kitchen', ice_servers: [] };
    expect(() => parseClaims(type, { ...common, ...body, ...change })).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  });

  it('are refused whatever else they are', () => {
    fc.assert(
      fc.property(fc.constantFrom('offer', 'redeem', 'refused', 'bye'), fc.jsonValue(), (type, value) => {
        expect(() => parseClaims(type as 'offer', value)).toThrow(
          expect.objectContaining({ code: 'malformed' }),
        );
      }),
    );
  });

  it('have types of their own only', () => {
    expect(isMessageType('offer')).toBe(true);
    for (const type of ['toString', '__proto__', 'Offer', '']) expect(isMessageType(type)).toBe(false);
  });
});

describe('grant terms', () => {
  const terms = { gid: id, psk: digest, scope: ['owner'], nbf: null, exp: null, camera_name: 'Kitchen' };

  it('are read with their exact members', () => {
    expect(parseGrantTerms(terms)).toEqual(terms);
  });

  it.each([
    ['no scope', { scope: [] }],
    ['an unknown scope', { scope: ['root'] }],
    ['an end in text', { exp: '2030-01-01' }],
    ['more than asked for', { admin: true }],
  ])('are refused with %s', (_, change) => {
    expect(() => parseGrantTerms({ ...terms, ...change })).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  });
});

describe('a name', () => {
  it('is cut and cleaned to one line', () => {
    expect(cleanName('  Anna’s\n phone ')).toBe('Anna’s phone');
    expect(cleanName('x'.repeat(200))).toHaveLength(MAX_NAME_CHARS);
  });

  it.each(['', '   ', '\u0000', 'a\u202Eb', 'a\u061Cb'])(
    'is null where nothing can be made of %j',
    (value) => {
      expect(cleanName(value)).toBeNull();
    },
  );

  it('is null rather than half a character', () => {
    expect(cleanName(`${'x'.repeat(MAX_NAME_CHARS - 1)}🔑`)).toBeNull();
  });
});
