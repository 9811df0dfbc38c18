import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeBase64url, encodeUtf8, parseBase64url, parseUtf8 } from './bytes.ts';
import { sign } from './crypto.ts';
import type { Identity } from './envelope.ts';
import { createIdentity } from './identity.ts';
import { MAX_NAME_CHARS } from './message-fields.ts';
import { anna, OPENED_AT, story, TestWatchLog } from './testing/test-watch-log.ts';
import { FAREWELLS } from './verdicts.ts';
import {
  encodeWatchEntry,
  hashWatchEntry,
  MAX_WATCH_LINE_CHARS,
  parseWatchEntry,
  placeWatchEvent,
  verifyWatchEntry,
  type WatchEntry,
  type WatchEvent,
} from './watch-entry.ts';

const prev = 'p'.repeat(43);
const started: WatchEntry = { seq: 7, prev, at: OPENED_AT, type: 'started', ...anna };

let camera: Identity;
let other: Identity;

beforeAll(async () => {
  [camera, other] = await Promise.all([
    createIdentity({ extractable: false }),
    createIdentity({ extractable: false }),
  ]);
});

/** A line with a header and a payload of the forger's choice, rightly signed by the camera. */
const forge = (payload: string, header: object = {}): Promise<string> =>
  sign(encodeUtf8(payload), { typ: 'watch-log+jws', kid: camera.thumbprint, ...header }, camera.privateKey);
const forgeClaims = (change: object) => forge(JSON.stringify({ ...started, ...change }));
const refused = (code: string) => expect.objectContaining({ name: 'ProtocolError', code });

describe('an entry', () => {
  it.each(story)('is read as it was written: $type', async (said) => {
    const log = await (await TestWatchLog.create()).write(...story);
    const index = story.indexOf(said);
    const { entry, kid } = parseWatchEntry(log.lines[index]);
    expect(entry).toEqual(log.entries[index]);
    expect(entry).toMatchObject(said);
    expect(kid).toBe(log.identity.thumbprint);
    await expect(verifyWatchEntry(log.lines[index], log.identity)).resolves.toEqual(entry);
  });

  it('is this line, with this hash', async () => {
    const publicJwk = {
      kty: 'EC',
      crv: 'P-256',
      x: '8EZG1g8hg7Tt4lsu4M4FOvuhc9B26k5RNl_uWgyfXtY',
      y: 'QldDnHUkp1bSNAM0pRQcWKQXwQrEDv4oKRiYiYFshrA',
    } as const;
    const thumbprint = 'Sn41vZuf-HHB3SFiFYGNkGURSYrUR7jV6E-CaXfijsg';
    const line = [
      'eyJhbGciOiJFUzI1NiIsInR5cCI6IndhdGNoLWxvZytqd3MiLCJraWQiOiJTbjQxdlp1Zi1ISEIzU0ZpRllHTmtHVVJTWXJVUjdq',
      'VjZFLUNhWGZpanNnIn0',
      '.eyJzZXEiOjcsInByZXYiOiJwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwIiwiYXQiOjE5MDAwMDAw',
      'MDAsInR5cGUiOiJzdGFydGVkIiwiZ2lkIjoiZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZyIsImprdCI6Impqampqampqampqampqampq',
      'ampqampqampqampqampqampqampqampqamoiLCJuYW1lIjoiQW5uYeKAmXMgcGhvbmUifQ',
      '.KuP_aYq02JyWMJR4FBiDDUApKYVwhx4zJ5ZIWPBAUcC-B7DcLHdwTLPMMWVcCY92RcXlftOO1vZcepYPYNQ8jA',
    ].join('');
    await expect(verifyWatchEntry(line, { publicJwk, thumbprint })).resolves.toEqual(started);
    expect(await hashWatchEntry(started, thumbprint)).toBe('JY7qkxs1t3751fWNvUtofzmY3mT5aa40bnw5xiU3z24');
  });

  it('has one hash however often it is signed, and in whatever order its members were named', async () => {
    const { seq, ...rest } = started;
    const turned = { ...rest, seq };
    const [first, second] = [await encodeWatchEntry(started, camera), await encodeWatchEntry(turned, camera)];
    expect(first).not.toBe(second);
    expect(first.slice(0, first.lastIndexOf('.'))).toBe(second.slice(0, second.lastIndexOf('.')));
  });

  it('fits a line with the longest name, and with the longest that JSON makes of one', async () => {
    for (const char of ['漢', '"']) {
      const name = char.repeat(MAX_NAME_CHARS);
      const most = 2 ** 31 - 1;
      const entry = {
        seq: most,
        prev,
        at: 1e11,
        type: 'watching',
        start: 1e9,
        since: 1e11,
        ...anna,
        name,
      } as const;
      const line = await encodeWatchEntry(entry, camera);
      expect(line.length).toBeLessThanOrEqual(MAX_WATCH_LINE_CHARS);
      expect(parseWatchEntry(line).entry).toEqual(entry);
    }
  });

  it('is never written so that it could not be read', async () => {
    const nameless = { ...started, name: 'Anna\u202e' } as const;
    await expect(encodeWatchEntry(nameless, camera)).rejects.toEqual(refused('malformed'));
  });

  it('survives the round trip whatever it says', async () => {
    const token = (chars: number) =>
      fc.string({ unit: fc.constantFrom(...'abcXYZ019_-'), minLength: chars, maxLength: chars });
    const name = fc
      .string({ unit: fc.constantFrom(...'aÄ漢"\\ 😀'), minLength: 1, maxLength: MAX_NAME_CHARS })
      .filter((text) => text.length <= MAX_NAME_CHARS);
    const time = fc.integer({ min: 0, max: 253_402_300_799 });
    const begun = { start: fc.integer({ min: 0, max: 999 }), since: time };
    const viewer = { gid: token(22), jkt: token(43), name };
    const events: fc.Arbitrary<WatchEvent> = fc.oneof(
      fc.record({ at: time, type: fc.constant('started' as const), ...viewer }),
      fc.record({ at: time, type: fc.constant('watching' as const), ...begun, ...viewer }),
      fc.record({ at: time, type: fc.constant('interrupted' as const), ...begun, gid: token(22), name }),
      fc.record({
        at: time,
        type: fc.constant('ended' as const),
        ...begun,
        gid: token(22),
        name,
        path: fc.constantFrom('direct', 'relayed', null),
        reason: fc.constantFrom(...FAREWELLS),
      }),
      fc.record({
        at: time,
        type: fc.constant('dropped' as const),
        first: fc.integer({ min: 0, max: 999 }),
        why: fc.constantFrom('size', 'damaged'),
      }),
    );
    await fc.assert(
      fc.asyncProperty(events, fc.integer({ min: 1_000, max: 2 ** 31 - 1 }), async (said, seq) => {
        const entry = placeWatchEvent({ seq, prev }, said);
        const line = await encodeWatchEntry(entry, camera);
        expect(await verifyWatchEntry(line, camera)).toEqual(entry);
      }),
    );
  });
});

describe('a hostile line', () => {
  it.each([
    ['nothing', ''],
    ['no text', 7],
    ['null', null],
    ['two dots', '..'],
    ['too long', 'a'.repeat(MAX_WATCH_LINE_CHARS + 1)],
    ['zeros as a power cut leaves them', '\0'.repeat(500)],
    ['a token of four parts', 'a.a.a.a'],
    ['JSON in the clear', JSON.stringify(started)],
  ])('is refused when it is %s', (_, line) => {
    expect(() => parseWatchEntry(line)).toThrow(refused('malformed'));
  });

  it.each([
    ['another type of token', { typ: 'leave+jwt' }],
    ['a key of its own', { jwk: { kty: 'EC' } }],
    ['a critical extension', { crit: ['b64'], b64: true }],
    ['a key id that is none', { kid: 'camera' }],
    ['its members in another order', { kid: undefined, cty: undefined }],
  ])('is refused with %s in its header, rightly signed', async (_, header) => {
    const line = await forge(JSON.stringify(started), header).catch(() => 'not signed at all');
    await expect(verifyWatchEntry(line, camera)).rejects.toEqual(refused('malformed'));
  });

  it('is refused with another algorithm, or none', async () => {
    const [, payload, signature] = (await encodeWatchEntry(started, camera)).split('.');
    for (const alg of ['none', 'HS256', 'ES384']) {
      const header = JSON.stringify({ alg, typ: 'watch-log+jws', kid: camera.thumbprint });
      const line = `${encodeBase64url(encodeUtf8(header))}.${payload}.${signature}`;
      await expect(verifyWatchEntry(line, camera)).rejects.toEqual(refused('malformed'));
    }
  });

  it.each([
    ['an unknown type', { type: 'watched' }],
    ['a type from the prototype', { type: 'constructor' }],
    ['a member that its type has not', { admin: true }],
    ['a member too few', { jkt: undefined }],
    ['a number that is none', { seq: 7.5 }],
    ['a number beyond the last', { seq: 2 ** 31 }],
    ['a negative time', { at: -1 }],
    ['a time beyond the calendar', { at: 1e12 }],
    ['an empty name', { name: '' }],
    ['a long name', { name: 'a'.repeat(65) }],
    ['a name that turns the line around', { name: 'Anna\u202e' }],
    ['a short hash', { prev: 'p' }],
    ['no hash', { prev: null }],
    ['the number of the first entry', { seq: 0 }],
    ['the number and hash of the first entry', { seq: 0, prev: null }],
    ['an opening in the middle', { ...pick('opened') }],
    ['an end before its beginning', { ...pick('ended'), start: 7 }],
    ['a reason that nobody gives', { ...pick('ended'), reason: 'bored' }],
    ['a path that there is not', { ...pick('ended'), path: 'sideways' }],
    ['itself among what was dropped', { ...pick('dropped'), first: 8 }],
  ])('is refused with %s, rightly signed', async (_, change) => {
    await expect(verifyWatchEntry(await forgeClaims(change), camera)).rejects.toEqual(refused('malformed'));
  });

  it.each([
    ['no object', 'null'],
    ['a list', '[]'],
    ['no JSON', '{'],
    ['spaces', JSON.stringify(started, null, 1)],
    ['a member twice', JSON.stringify(started).replace('{', '{"seq":3,')],
    ['an escape where none is needed', JSON.stringify(started).replace('Anna', '\\u0041nna')],
    ['a number in another form', JSON.stringify(started).replace('"seq":7', '"seq":7.0')],
  ])('is refused with %s for a payload, rightly signed', async (_, payload) => {
    await expect(verifyWatchEntry(await forge(payload), camera)).rejects.toEqual(refused('malformed'));
  });

  it('is refused when another camera has signed it', async () => {
    const line = await encodeWatchEntry(started, other);
    await expect(verifyWatchEntry(line, camera)).rejects.toEqual(refused('not_authentic'));
  });

  it('is refused when another camera has signed it in this one’s name', async () => {
    const named = { ...other, thumbprint: camera.thumbprint };
    const line = await encodeWatchEntry(started, named);
    await expect(verifyWatchEntry(line, camera)).rejects.toEqual(refused('not_authentic'));
  });

  it('is refused with any single character changed', async () => {
    const line = await encodeWatchEntry(started, camera);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(line.length - 1),
        fc.string({ minLength: 1, maxLength: 1 }),
        async (at, char) => {
          fc.pre(line[at] !== char);
          const changed = line.slice(0, at) + char + line.slice(at + 1);
          await expect(verifyWatchEntry(changed, camera)).rejects.toMatchObject({ name: 'ProtocolError' });
        },
      ),
    );
  });

  it('is refused at whatever length it was cut, and with whatever was added', async () => {
    const line = await encodeWatchEntry(started, camera);
    for (let length = 0; length < line.length; length += 1) {
      expect(() => parseWatchEntry(line.slice(0, length))).toThrow(refused('malformed'));
    }
    for (const tail of ['\n', '\r', ' ', '=', '.', 'A', '\0']) {
      expect(() => parseWatchEntry(line + tail)).toThrow(refused('malformed'));
    }
  });

  it('is refused as any other value, with a code and never otherwise', () => {
    const part = fc.oneof(
      fc.string().map((text) => encodeBase64url(encodeUtf8(text))),
      fc.json().map((text) => encodeBase64url(encodeUtf8(text))),
      fc.string({ unit: 'grapheme' }),
    );
    const token = fc.array(part, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(fc.oneof(token, fc.anything()), (value) => {
        expect(() => parseWatchEntry(value)).toThrow(refused('malformed'));
      }),
    );
  });

  it('says what was signed: the claims in the clear', async () => {
    const [, payload = ''] = (await encodeWatchEntry(started, camera)).split('.');
    expect(parseUtf8(parseBase64url(payload) ?? new Uint8Array())).toBe(JSON.stringify(started));
  });
});

/** The members of an event of the story, in place of those of `started`. */
function pick(type: WatchEvent['type']): object {
  const nothing = { gid: undefined, jkt: undefined, name: undefined };
  return { ...nothing, ...story.find((said) => said.type === type) };
}
