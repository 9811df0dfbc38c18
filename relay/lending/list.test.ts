import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeUtf8 } from '#shared/bytes.ts';
import { type Channel, deriveChannel } from '#shared/channel.ts';
import { randomBase64url } from '#shared/crypto.ts';
import { downMessages, MAX_LISTED } from '#shared/down-message.ts';
import { type Identity, MAX_ENVELOPE_BYTES, sealMessage } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import type { AccessState } from '../access/access-state.ts';
import type { Grant } from '../access/grant.ts';
import { testGrant, testInvite, testOwner, testState, token } from '../testing/access-entries.ts';
import { type ListPage, list, type Presences } from './list.ts';

const owner = testOwner('owner');
const lender = testGrant('lender', { scope: ['watch', 'lend'], by: owner.gid, nbf: 1, exp: 2 });
const guest = testGrant('guest', { by: lender.gid, grantedAt: 5 });
const link = testInvite('link', { by: lender.gid, madeAt: 6, openUntil: 7 });
const crown = testInvite('crown', { scope: ['owner'], duration: null, by: owner.gid });
const gone = testGrant('gone', { by: lender.gid, grantedAt: 8 });
const unused = testInvite('unused', { by: owner.gid, madeAt: 9 });
const state = testState(
  owner,
  lender,
  guest,
  link,
  crown,
  { entry: { kind: 'grant', grant: gone }, at: 10, by: owner.gid },
  { entry: { kind: 'invite', invite: unused }, at: 11, by: null },
);
const presences: Presences = {
  seen: (gid) => (gid === guest.gid ? 12 : null),
  watching: (gid) => (gid === guest.gid ? 2 : 0),
  isConfirming: (id) => id === crown.id,
};

const page = (reader: Grant, after: string | null = null, of = state) =>
  list(of, reader, { after, presences });

/** All pages, as a phone asks for them. */
function pages(reader: Grant, of: AccessState): ListPage[] {
  const all = [page(reader, null, of)];
  for (let next = all[0]?.next ?? null; next !== null; next = all.at(-1)?.next ?? null)
    all.push(page(reader, next, of));
  return all;
}

describe('the list', () => {
  it('says of a grant what it was lent for, and what its phone is doing', () => {
    expect(page(owner).entries.find(({ id }) => id === guest.gid)).toEqual({
      ...{ kind: 'grant', id: guest.gid, name: 'guest', device: 'guest’s phone', scope: ['watch'] },
      ...{ nbf: null, exp: null, hours: null, by: lender.gid, at: 5, seen: 12, watching: 2, is_own: false },
    });
  });

  it('says of an invite until when it is good', () => {
    expect(page(owner).entries.find(({ id }) => id === link.id)).toEqual({
      ...{ kind: 'invite', id: link.id, name: 'link', scope: ['watch'], nbf: null, exp: null, hours: null },
      ...{ by: lender.gid, at: 6, duration: 3600, open_until: 7, is_confirming: false },
    });
    expect(page(owner).entries.find(({ id }) => id === crown.id)).toMatchObject({ is_confirming: true });
  });

  it('says of what was taken back when, by whom, and whether somebody had used it', () => {
    expect(page(owner).entries.filter(({ kind }) => kind === 'withdrawn')).toMatchObject([
      {
        id: gone.gid,
        name: 'gone',
        at: 8,
        by: lender.gid,
        withdrawn_at: 10,
        withdrawn_by: owner.gid,
        was_taken: true,
      },
      { id: unused.id, name: 'unused', at: 9, withdrawn_at: 11, withdrawn_by: null, was_taken: false },
    ]);
  });

  it('tells no secret and no key', () => {
    const text = JSON.stringify(pages(owner, state));
    for (const { psk, jkt } of [...state.grants, gone]) {
      expect(text).not.toContain(psk);
      expect(text).not.toContain(jkt);
    }
    for (const { secret } of [...state.invites, unused]) expect(text).not.toContain(secret);
  });

  it.each([
    ['an owner', owner, ['owner', 'lender', 'guest', 'link', 'crown', 'gone', 'unused']],
    ['a guest that lends', lender, ['lender', 'guest', 'link', 'gone']],
    ['a guest', guest, ['guest']],
  ])('shows %s what it may see', (_, reader, expected) => {
    expect(page(reader).entries.map(({ name }) => name)).toEqual(expected);
  });

  it('tells the phone that asks which entry is its own', () => {
    const own = page(lender).entries.filter((entry) => entry.kind === 'grant' && entry.is_own);
    expect(own.map(({ id }) => id)).toEqual([lender.gid]);
  });

  it('shows a lender also what hangs on one who may not lend any more', () => {
    const helper = testGrant('helper', { by: lender.gid });
    const friend = testGrant('friend', { by: helper.gid });
    const names = page(lender, null, testState(owner, lender, helper, friend)).entries.map(
      ({ name }) => name,
    );
    expect(names).toEqual(['lender', 'helper', 'friend']);
  });
});

describe('a page', () => {
  const crowd = testState(
    owner,
    ...Array.from({ length: 30 }, (_, index) => testGrant(`${index}`, { by: owner.gid })),
  );

  it('has so many entries, and says how to go on', () => {
    const [first, ...rest] = pages(owner, crowd);
    expect(first?.entries.length).toBeLessThanOrEqual(MAX_LISTED);
    expect(first?.next).toBe(first?.entries.at(-1)?.id);
    expect(rest.at(-1)?.next).toBeNull();
  });

  it('has no more entries than a message may carry, however short they are', () => {
    const short = Array.from({ length: 40 }, (_, index) => testInvite(`${index}`, { name: 'a', by: null }));
    const gone = short.map((invite) => ({ entry: { kind: 'invite' as const, invite }, at: 0, by: null }));
    for (const { entries } of pages(owner, testState(owner, ...gone)))
      expect(entries.length).toBeLessThanOrEqual(MAX_LISTED);
  });

  it('begins anew where the entry to go on after has gone', () => {
    expect(page(owner, token('nothing'), crowd)).toEqual(page(owner, null, crowd));
  });

  it('after the last is empty', () => {
    expect(page(owner, token('29'), crowd)).toEqual({ entries: [], next: null });
  });
});

describe('all pages', () => {
  let camera: Identity;
  let lanes: Channel;

  beforeAll(async () => {
    camera = await createIdentity({ extractable: false });
    lanes = await deriveChannel(randomBase64url(32), camera.thumbprint);
  });

  /** Bytes of the envelope in which a page travels; throws where it is too large. */
  async function sealedBytes({ entries, next }: ListPage): Promise<number> {
    const body = { rq: randomBase64url(32), entries, next, revision: 2 ** 31 };
    const options = { identity: camera, audience: randomBase64url(32), lane: lanes.down, issuedAt: 2 ** 32 };
    const { payload } = await sealMessage({ type: 'listed', body }, options);
    // What is sent must be read: nothing in it may be beyond what the form allows.
    downMessages.read('listed', {
      ...{ iss: camera.thumbprint, aud: camera.thumbprint, iat: 1 },
      jti: token('jti'),
      ...body,
    });
    return payload.byteLength;
  }

  it('put together are what the reader may see, each once, and each fits an envelope whatever names are in it', async () => {
    await fc.assert(
      fc.asyncProperty(crowds, async ({ entries, isOwn }) => {
        const reader = isOwn ? owner : lender;
        const of = testState(owner, lender, ...entries);
        const all = pages(reader, of);
        const ids = all.flatMap((each) => each.entries.map(({ id }) => id));
        const visible = [...of.grants.map(({ gid }) => gid), ...of.invites.map(({ id }) => id)];
        expect(ids).toEqual(isOwn ? visible : visible.filter((id) => id !== owner.gid));
        for (const each of all) {
          expect(each.entries.length).toBeGreaterThan(0);
          expect(await sealedBytes(each)).toBeLessThanOrEqual(MAX_ENVELOPE_BYTES);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are few for people with ordinary names', () => {
    const family = ['Anna', 'Ben', 'Grandma', 'Neighbour', 'Cleaner', 'Plumber', 'Cat sitter'];
    const of = testState(owner, ...family.map((name) => testGrant(name, { exp: 2 ** 31, by: owner.gid })));
    expect(pages(owner, of)).toHaveLength(1);
    for (const { entries } of pages(owner, of))
      expect(encodeUtf8(JSON.stringify(entries)).byteLength).toBeLessThan(2_100);
  });
});

/** Names that no compression shortens: of one, two, three and four bytes a character. */
const longName = fc.oneof(
  fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map(String.fromCharCode),
    minLength: 64,
    maxLength: 64,
  }),
  fc.string({
    unit: fc.integer({ min: 0x4e00, max: 0x9fff }).map(String.fromCharCode),
    minLength: 64,
    maxLength: 64,
  }),
  fc.string({
    unit: fc.integer({ min: 0x400, max: 0x52f }).map(String.fromCharCode),
    minLength: 64,
    maxLength: 64,
  }),
  fc.string({
    unit: fc.integer({ min: 0x1f300, max: 0x1faff }).map((code) => String.fromCodePoint(code)),
    minLength: 32,
    maxLength: 32,
  }),
);
const someId = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'));
const date = fc.integer({ min: 0, max: 253_402_300_799 });
const someHours = fc.option(
  fc.record({
    tz: fc.constantFrom('America/Argentina/ComodRivadavia', 'Europe/Zurich'),
    spans: fc.array(
      fc.record({
        days: fc
          .constantFrom([1, 2, 3, 4, 5, 6, 7], [1, 3, 5], [2, 4, 6, 7])
          .map((days) => [...days] as (1 | 2 | 3)[]),
        from: fc.integer({ min: 0, max: 1439 }),
        until: fc.integer({ min: 1, max: 1440 }),
      }),
      { minLength: 7, maxLength: 7 },
    ),
  }),
);
const scope = fc.subarray(['watch', 'listen', 'talk', 'snapshot', 'control', 'lend'] as const, {
  minLength: 1,
});
const crowds = fc.record({
  isOwn: fc.boolean(),
  entries: fc.uniqueArray(
    fc
      .record({
        id: someId,
        name: longName,
        device: longName,
        nbf: date,
        exp: date,
        at: date,
        hours: someHours,
        scope,
        isTaken: fc.boolean(),
      })
      .map(({ id, at, isTaken, device, ...terms }) =>
        isTaken
          ? testGrant('', { gid: id, device, grantedAt: at, by: lender.gid, ...terms })
          : testInvite('', { id, madeAt: at, openUntil: at, duration: null, by: lender.gid, ...terms }),
      ),
    { maxLength: 25, selector: (entry) => ('gid' in entry ? entry.gid : entry.id) },
  ),
});
