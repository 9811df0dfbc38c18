import fc from 'fast-check';
import { CompactEncrypt, type CompactJWEHeaderParameters } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeBase64url, encodeUtf8, parseUtf8 } from './bytes.ts';
import { type Channel, deriveChannel } from './channel.ts';
import { encrypt, randomBase64url, sign } from './crypto.ts';
import { type Identity, MAX_ENVELOPE_BYTES, openMessage, sealMessage } from './envelope.ts';
import { createIdentity } from './identity.ts';
import type { Message } from './message.ts';
import { upMessages } from './up-message.ts';

const issuedAt = 1_800_000_000;
const nonce = `${'n'.repeat(21)}A`;
const leave: Message = { type: 'leave', body: { nonce, sid: nonce } };

let phone: Identity;
let camera: Identity;
let stranger: Identity;
let channel: Channel;

beforeAll(async () => {
  [phone, camera, stranger] = await Promise.all([
    createIdentity({ extractable: false }),
    createIdentity({ extractable: false }),
    createIdentity({ extractable: false }),
  ]);
  channel = await deriveChannel(randomBase64url(32), camera.thumbprint);
});

const seal = (message: Message, from = phone, lane = channel.up) =>
  sealMessage(message, { identity: from, audience: camera.thumbprint, lane, issuedAt });
const open = (payload: Uint8Array, lane = channel.up) =>
  openMessage(payload, {
    lane,
    reader: upMessages,
    audience: camera.thumbprint,
    sender: { type: 'known', jwk: phone.publicJwk },
  });

/** An envelope with a header and claims of the attacker's choice, rightly signed by `signer`. */
async function forge(header: object, claims: object, signer = phone): Promise<Uint8Array> {
  const full = { typ: 'leave+jwt', kid: signer.thumbprint, ...header };
  const token = await sign(encodeUtf8(JSON.stringify(claims)), full, signer.privateKey);
  return encodeUtf8(await encrypt(encodeUtf8(token), channel.up.key));
}

const claims = () => ({
  iss: phone.thumbprint,
  aud: camera.thumbprint,
  iat: issuedAt,
  jti: nonce,
  nonce,
  sid: nonce,
});

describe('an envelope', () => {
  it('opens to the message that was sealed, with the hash its answer refers to', async () => {
    const sealed = await seal(leave);
    const opened = await open(sealed.payload);
    expect(opened).toMatchObject({ message: leave, hash: sealed.hash, issuedAt });
    expect(opened.sender.thumbprint).toBe(phone.thumbprint);
  });

  it('carries an SDP of 4 KB within the limit', async () => {
    const candidate = 'a=candidate:1 1 udp 2122260223 192.168.1.23 54400 typ host generation 0\r\n';
    const offer: Message = { type: 'offer', body: { nonce, sid: nonce, sdp: candidate.repeat(55) } };
    expect((await seal(offer)).payload.byteLength).toBeLessThanOrEqual(MAX_ENVELOPE_BYTES);
  });

  it('refuses to seal what a broker would choke on', async () => {
    const sdp = Array.from({ length: 130 }, () => randomBase64url(64)).join('');
    await expect(seal({ type: 'offer', body: { nonce, sid: nonce, sdp } })).rejects.toThrow(RangeError);
  });

  it('is refused on the other lane: no reflection', async () => {
    const { payload } = await seal(leave);
    await expect(open(payload, channel.down)).rejects.toMatchObject({ code: 'not_authentic' });
  });

  it('is refused when somebody with the channel secret but another key signs it', async () => {
    const { payload } = await seal(leave, stranger);
    await expect(open(payload)).rejects.toMatchObject({ code: 'not_authentic' });
  });

  it('is refused when somebody with the channel secret signs it in the name of the phone', async () => {
    const { payload } = await seal(leave, { ...stranger, thumbprint: phone.thumbprint });
    await expect(open(payload)).rejects.toMatchObject({ code: 'not_authentic' });
  });

  it('is refused when the issuer is forged', async () => {
    const payload = await forge({}, { ...claims(), iss: stranger.thumbprint });
    await expect(open(payload)).rejects.toMatchObject({ code: 'not_authentic' });
  });

  it('is refused when addressed to another camera', async () => {
    const payload = await forge({}, { ...claims(), aud: stranger.thumbprint });
    await expect(open(payload)).rejects.toMatchObject({ code: 'misdirected' });
  });

  it('opens when forged in no way: the control for the attacks here', async () => {
    await expect(open(await forge({}, claims()))).resolves.toMatchObject({ message: leave });
  });

  it.each([
    ['an unknown type', { typ: 'reboot+jwt' }],
    ['a type without its suffix', { typ: 'leave' }],
    ['a type from the prototype', { typ: 'constructor+jwt' }],
    ['an unknown header member', { x5u: 'https://evil.example' }],
    ['an unknown critical extension', { crit: ['exp'], exp: 1 }],
  ])('is refused with %s', async (_, header) => {
    await expect(forge(header, claims()).then(open)).rejects.toSatisfy(
      (error: unknown) => error instanceof Error && !(error instanceof RangeError),
    );
  });

  it('is refused when a known sender brings a key of its own', async () => {
    const payload = await forge({ jwk: phone.publicJwk }, claims());
    await expect(open(payload)).rejects.toMatchObject({ code: 'malformed' });
  });

  it.each([
    ['a missing claim', { nonce: undefined }],
    ['an unknown claim', { admin: true }],
    ['a claim of another type', { sid: 7 }],
    ['a time beyond the calendar', { iat: 1e15 }],
  ])('is refused with %s', async (_, change) => {
    await expect(forge({}, { ...claims(), ...change }).then(open)).rejects.toMatchObject({
      code: 'malformed',
    });
  });

  it.each(['none', 'HS256', 'ES384', 'ES256K'])(
    'is refused when it claims to be signed with %s',
    async (alg) => {
      const header = encodeBase64url(
        encodeUtf8(JSON.stringify({ alg, typ: 'leave+jwt', kid: phone.thumbprint })),
      );
      const body = encodeBase64url(encodeUtf8(JSON.stringify(claims())));
      const payload = await encrypt(encodeUtf8(`${header}.${body}.${'A'.repeat(86)}`), channel.up.key);
      await expect(open(encodeUtf8(payload))).rejects.toMatchObject({ code: 'malformed' });
    },
  );

  /** A token that is right in all, in an envelope of another make. */
  async function wrap(header: CompactJWEHeaderParameters): Promise<Uint8Array> {
    const full = { typ: 'leave+jwt', kid: phone.thumbprint };
    const token = await sign(encodeUtf8(JSON.stringify(claims())), full, phone.privateKey);
    return encodeUtf8(
      await new CompactEncrypt(encodeUtf8(token)).setProtectedHeader(header).encrypt(channel.up.key),
    );
  }
  const HEADER = { alg: 'dir', enc: 'A256GCM', cty: 'JWT', zip: 'DEF' } as const;

  it('opens in the envelope of the protocol: the control for those that follow', async () => {
    await expect(wrap(HEADER).then(open)).resolves.toMatchObject({ message: leave });
  });

  it.each([
    ['without compression', { alg: 'dir', enc: 'A256GCM', cty: 'JWT' }, 'malformed'],
    ['with another content type', { ...HEADER, cty: 'JSON' }, 'malformed'],
    ['with a member of its own', { ...HEADER, kid: 'a' }, 'malformed'],
    ['with another encryption', { ...HEADER, enc: 'A128CBC-HS256' }, 'not_authentic'],
    ['with a key of its own, wrapped', { ...HEADER, alg: 'A256KW' }, 'malformed'],
    ['with a key of its own, wrapped with GCM', { ...HEADER, alg: 'A256GCMKW' }, 'malformed'],
  ])('is refused %s', async (_, header, code) => {
    await expect(wrap(header).then(open)).rejects.toMatchObject({ code });
  });

  it.each([
    ['a part less', (parts: string[]) => parts.slice(0, -1)],
    ['a part more', (parts: string[]) => [...parts, 'AAAA']],
    ['a key in it', ([header = '', , ...rest]: string[]) => [header, 'AAAA', ...rest]],
    ['an empty part', (parts: string[]) => [...parts.slice(0, -1), '']],
  ])('is refused with %s', async (_, change) => {
    const parts = parseUtf8((await seal(leave)).payload).split('.');
    await expect(open(encodeUtf8(change(parts).join('.')))).rejects.toMatchObject({ code: 'malformed' });
  });

  it('is refused in another writing of the same bytes, which would have another hash', async () => {
    const text = parseUtf8((await seal(leave)).payload);
    // Of the last character of sixteen bytes four bits are not used.
    const last = text.at(-1)?.charCodeAt(0) ?? 0;
    const rewritten = encodeUtf8(`${text.slice(0, -1)}${String.fromCharCode(last + 1)}`);
    await expect(open(rewritten)).rejects.toMatchObject({ code: 'malformed' });
  });

  it('is refused when it is too large, though all in it be right', async () => {
    const sdp = Array.from({ length: 60 }, () => randomBase64url(64)).join('');
    const payload = await forge({ typ: 'offer+jwt' }, { ...claims(), sdp });
    expect(payload.byteLength).toBeGreaterThan(MAX_ENVELOPE_BYTES);
    await expect(open(payload)).rejects.toMatchObject({ code: 'malformed' });
  });

  it('is refused when it inflates beyond the limit', async () => {
    const bomb = encodeUtf8(await encrypt(encodeUtf8('a'.repeat(1_000_000)), channel.up.key));
    expect(bomb.byteLength).toBeLessThan(MAX_ENVELOPE_BYTES);
    await expect(open(bomb)).rejects.toMatchObject({ code: 'not_authentic' });
  });

  it('is refused with any single character changed', async () => {
    const { payload } = await seal(leave);
    await fc.assert(
      fc.asyncProperty(fc.nat(payload.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = Uint8Array.from(payload, (byte, index) => (index === at ? byte ^ flip : byte));
        await expect(open(damaged)).rejects.toMatchObject({ name: 'ProtocolError' });
      }),
    );
  });

  it('is refused as any other bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 4_000 }), async (bytes) => {
        await expect(open(bytes)).rejects.toMatchObject({ name: 'ProtocolError' });
      }),
    );
  });
});

describe('an introduction', () => {
  const introduce = (identity: Identity) =>
    sealMessage(leave, {
      identity,
      audience: camera.thumbprint,
      lane: channel.up,
      introduce: true,
      issuedAt,
    });
  const meet = (payload: Uint8Array, thumbprint?: string) =>
    openMessage(payload, {
      lane: channel.up,
      reader: upMessages,
      audience: camera.thumbprint,
      sender: { type: 'introduced', ...(thumbprint === undefined ? {} : { thumbprint }) },
    });

  it('tells the key of whoever came', async () => {
    const { payload } = await introduce(stranger);
    expect((await meet(payload)).sender.jwk).toEqual(stranger.publicJwk);
  });

  it('is refused from anybody but the one that is awaited', async () => {
    const { payload } = await introduce(stranger);
    await expect(meet(payload, phone.thumbprint)).rejects.toMatchObject({ code: 'not_authentic' });
  });

  it('is refused without a key', async () => {
    const { payload } = await seal(leave);
    await expect(meet(payload)).rejects.toMatchObject({ code: 'malformed' });
  });

  it('is refused when its key is called by the name of another', async () => {
    const named = { jwk: stranger.publicJwk, kid: phone.thumbprint };
    const payload = await forge(named, claims(), stranger);
    await expect(meet(payload)).rejects.toMatchObject({ code: 'not_authentic' });
  });

  it('is refused when the key is not the one that signed', async () => {
    const payload = await forge({ jwk: stranger.publicJwk }, claims());
    await expect(meet(payload)).rejects.toMatchObject({ code: 'not_authentic' });
  });
});

describe('compression', () => {
  it('stays readable as a compact JWE of five parts', async () => {
    const text = parseUtf8((await seal(leave)).payload);
    expect(text.split('.')).toHaveLength(5);
    expect(text.startsWith(encodeBase64url(encodeUtf8('{"alg":"dir"')).slice(0, 14))).toBe(true);
  });
});
