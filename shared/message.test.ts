import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { downMessages } from './down-message.ts';
import { cleanName, MAX_NAME_CHARS } from './message-fields.ts';
import { parseGrantTerms } from './terms.ts';
import { upMessages } from './up-message.ts';

const id = 'A'.repeat(22);
const digest = 'A'.repeat(43);
const common = { iss: digest, aud: digest, iat: 1, jti: id };

const UP = ['redeem', 'offer', 'lend', 'list', 'revoke', 'amend', 'log'];
const DOWN = ['refused', 'bye', 'lent', 'done', 'listed', 'logged', 'ended'];

describe('claims', () => {
  it('are read by the schema of their type', () => {
    const presence = {
      state: 'online',
      nonce: id,
      name: 'Kitchen',
      ice_servers: [{ urls: ['stun:a:3478'] }],
    };
    expect(downMessages.read('presence', { ...common, ...presence }).message).toEqual({
      type: 'presence',
      body: presence,
    });
  });

  it.each([
    ['an ICE server that is a page', 'presence', { ice_servers: [{ urls: ['https://evil.example'] }] }],
    ['a name of two lines', 'presence', { name: 'Kitchen\nOwner' }],
    ['a name too long for a line', 'presence', { name: 'x'.repeat(MAX_NAME_CHARS + 1) }],
    ['no name', 'presence', { name: '' }],
    ['a name that reverses the text after it', 'presence', { name: 'abc\u202Edef' }],
    ['a name that ends in half a character', 'presence', { name: 'abc\ud83d' }],
    ['a state nobody knows', 'presence', { state: 'maybe' }],
  ] as const)('are refused with %s', (_, type, change) => {
    const body = { state: 'online', nonce: id, name: 'Kitchen', ice_servers: [] };
    expect(() => downMessages.read(type, { ...common, ...body, ...change })).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  });

  it('tell hours in zones that a phone is too old to know, and cannot ask for them of a camera', () => {
    const hours = { tz: 'Mars/Olympus_Mons', spans: [{ days: [1], from: 0, until: 60 }] };
    const terms = { scope: ['watch'], nbf: null, exp: 1, hours };
    const presence = { state: 'online', nonce: id, name: 'Kitchen', ice_servers: [], terms };
    expect(downMessages.read('presence', { ...common, ...presence }).message.body).toEqual(presence);
    expect(() => upMessages.read('amend', { ...common, nonce: id, id, hours })).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  });

  it('are refused whatever else they are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...UP, ...DOWN), fc.jsonValue(), (type, value) => {
        const reader = UP.includes(type) ? upMessages : downMessages;
        expect(() => reader.read(type, value)).toThrow(expect.objectContaining({ code: 'malformed' }));
      }),
    );
  });

  it.each([
    ['no issuer', { iss: undefined }],
    ['no audience', { aud: undefined }],
    ['an id of another length', { jti: 'A' }],
    ['a time in text', { iat: 'now' }],
  ])('are refused with %s', (_, change) => {
    expect(() => upMessages.read('hello', { ...common, ...change })).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  });

  it.each(['toString', '__proto__', 'Hello', '', 'ended'])('are refused with %j for a type', (type) => {
    expect(() => upMessages.read(type, common)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  it('of one direction are unknown in the other', () => {
    expect(upMessages.read('hello', common).message).toEqual({ type: 'hello', body: {} });
    expect(() => downMessages.read('hello', common)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});

describe('a loan', () => {
  const loan = {
    ...{ nonce: id, secret: id, name: 'Ben', scope: ['watch'], nbf: null, exp: null, hours: null },
    ...{ duration: 60, open_until: 1, transfer: false },
  };

  it('is read with its exact members', () => {
    expect(upMessages.read('lend', { ...common, ...loan }).message).toEqual({ type: 'lend', body: loan });
  });

  it.each([
    ['no rights', { scope: [] }],
    ['a right that nobody knows', { scope: ['root'] }],
    ['more rights than there are', { scope: Array.from({ length: 8 }, () => 'watch') }],
    ['a secret of another length', { secret: 'A'.repeat(21) }],
    ['a moment for a duration', { duration: 59 }],
    ['more than a year for a duration', { duration: 366 * 24 * 3600 + 1 }],
    ['half a second', { exp: 1.5 }],
    ['an end before all time', { exp: -1 }],
    ['an end after all calendars', { exp: 253_402_300_800 }],
    ['hours of no week', { hours: { tz: 'UTC', spans: [{ days: [8], from: 0, until: 1 }] } }],
    ['a name of control sequences', { name: '\u001b[2J' }],
    ['something else', { by: id }],
  ])('is refused with %s', (_, change) => {
    expect(() => upMessages.read('lend', { ...common, ...loan, ...change })).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  });

  it.each([
    ['a null end', { exp: null }],
    ['a beginning', { nbf: 1 }],
    ['another lender', { by: id }],
  ])('is not changed by %s', (_, change) => {
    const amendment = { nonce: id, id, name: 'Ben' };
    expect(() => upMessages.read('amend', { ...common, ...amendment, ...change })).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  });

  it.each(['12345', '1234567', '12345a', '１２３４５６'])('is not confirmed by %j', (code) => {
    const epk = { kty: 'EC', crv: 'P-256', x: digest, y: digest };
    const redeem = { nonce: id, epk, name: 'Ben' };
    expect(upMessages.read('redeem', { ...common, ...redeem, code: '012345' }).message.type).toBe('redeem');
    expect(() => upMessages.read('redeem', { ...common, ...redeem, code })).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  });
});

describe('grant terms', () => {
  const owner = { scope: ['owner'], nbf: null, exp: null, hours: null };
  const terms = { gid: id, psk: digest, camera_name: 'Kitchen', terms: owner };

  it('are read with their exact members', () => {
    expect(parseGrantTerms(terms)).toEqual(terms);
  });

  it.each([
    ['no scope', { terms: { ...owner, scope: [] } }],
    ['an unknown scope', { terms: { ...owner, scope: ['root'] } }],
    ['an end in text', { terms: { ...owner, exp: '2030-01-01' } }],
    ['hours that are no hours', { terms: { ...owner, hours: 'Mondays' } }],
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
