import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeUtf8 } from './bytes.ts';
import { encrypt, randomBase64url, sign } from './crypto.ts';
import { MAX_ENVELOPE_BYTES } from './envelope.ts';
import { anna, OPENED_AT, story, TestWatchLog } from './testing/test-watch-log.ts';
import type { WatchPoint } from './watch-log.ts';
import { encodeWatchPage, MAX_PAGE_ENTRIES, verifyWatchPage, type WatchPage } from './watch-page.ts';

let log: TestWatchLog;

beforeAll(async () => {
  log = await (await TestWatchLog.create()).write(...story);
});

const verify = (page: unknown, from?: WatchPoint) =>
  verifyWatchPage(page, log.identity.publicJwk, from === undefined ? {} : { from });
const travelled = (page: unknown): unknown => JSON.parse(JSON.stringify(page));
const faulty = (code: string, index = 0) => ({ type: 'faulty', code, index });

/** A page of part of the log. */
function pageOf(start = 0, end = story.length): WatchPage {
  const page = encodeWatchPage(log.lines.slice(start, end));
  if (!page) throw new RangeError('nothing there');
  return page;
}

/** Bytes of an envelope with this page in it. */
async function sealedBytes({ identity }: TestWatchLog, page: WatchPage | null): Promise<number> {
  const claims = {
    iss: identity.thumbprint,
    aud: identity.thumbprint,
    iat: OPENED_AT,
    jti: randomBase64url(16),
    rq: randomBase64url(32),
    first: 2 ** 31 - 1,
    page,
  };
  const header = { typ: 'watched+jwt', kid: identity.thumbprint };
  const token = await sign(encodeUtf8(JSON.stringify(claims)), header, identity.privateKey);
  return (await encrypt(encodeUtf8(token), new Uint8Array(32))).length;
}

/** Viewings, each begun and ended, by so many phones in no regular order. */
async function visits(phones: number): Promise<TestWatchLog> {
  const names = ['Anna’s phone', 'Ben', 'Grandma Pixel 7', 'Neighbour'];
  const visitors = Array.from({ length: phones }, (_, index) => ({
    gid: randomBase64url(16),
    jkt: randomBase64url(32),
    name: names[index] ?? `Guest number ${index}`,
  }));
  const visited = await (await TestWatchLog.create()).write({ type: 'opened', after: 'nothing' });
  for (let start = 1; start < MAX_PAGE_ENTRIES; start += 2) {
    const { gid, jkt, name } = visitors[(Math.imul(start, 2_654_435_761) >>> 16) % phones] ?? anna;
    const since = OPENED_AT + 977 * start;
    await visited.write(
      { type: 'started', gid, jkt, name },
      { type: 'ended', start, since, gid, name, path: start % 3 ? 'direct' : 'relayed', reason: 'left' },
    );
  }
  return visited;
}

describe('a page', () => {
  it('is read as the entries it was made of, with their head', async () => {
    expect(await verify(travelled(pageOf()))).toEqual({
      type: 'authentic',
      entries: log.entries,
      head: log.points.at(-1),
      isLinked: false,
    });
  });

  it('may be of any part', async () => {
    for (let start = 0; start < story.length; start += 1) {
      for (let end = start + 1; end <= story.length; end += 1) {
        const entries = log.entries.slice(start, end);
        expect(await verify(pageOf(start, end))).toMatchObject({ type: 'authentic', entries });
      }
    }
  });

  it('follows the one before it, and the one after', async () => {
    const [older, newer] = [await verify(pageOf(0, 3)), await verify(pageOf(3))];
    if (older.type === 'faulty' || !older.head || newer.type === 'faulty') throw new Error('not authentic');
    expect(await verify(pageOf(3), older.head)).toMatchObject({ type: 'authentic', isLinked: true });
    const before = { seq: 2, hash: newer.entries[0]?.prev ?? '' };
    expect(await verify(pageOf(0, 3), before)).toMatchObject({ type: 'authentic', isLinked: true });
    expect(await verify(pageOf(0, 2), before)).toEqual(faulty('rolled_back', 2));
  });

  it('has gone back when it says something else than was known', async () => {
    expect(await verify(pageOf(), { seq: 3, hash: 'x'.repeat(43) })).toEqual(faulty('rolled_back', 3));
    expect(await verify(pageOf(), { seq: 99, hash: 'x'.repeat(43) })).toMatchObject({ code: 'rolled_back' });
  });

  it('is none where there are no entries', () => {
    expect(encodeWatchPage([])).toBeNull();
  });

  it('is not made of lines that are none', () => {
    expect(() => encodeWatchPage(['x'])).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  it('keeps the newest where there are too many', async () => {
    const long = await (await TestWatchLog.create()).write({ type: 'opened', after: 'nothing' });
    await long.write(...Array.from({ length: 60 }, () => ({ type: 'started', ...anna }) as const));
    const page = encodeWatchPage(long.lines);
    expect(page?.events).toHaveLength(MAX_PAGE_ENTRIES);
    expect(page?.seq).toBe(61 - MAX_PAGE_ENTRIES);
  });

  it('keeps so few that an envelope is never too large to be opened', async () => {
    const loud = { ...anna, name: '漢'.repeat(64) };
    const long = await (await TestWatchLog.create()).write({ type: 'opened', after: 'nothing' });
    await long.write(...Array.from({ length: 40 }, () => ({ type: 'started', ...loud }) as const));
    const page = encodeWatchPage(long.lines);
    expect(page?.events.length).toBeGreaterThan(20);
    expect(encodeUtf8(JSON.stringify(page)).byteLength).toBeLessThan(12_800);
    expect(await verifyWatchPage(travelled(page), long.identity.publicJwk)).toMatchObject({
      type: 'authentic',
    });
  });
});

describe('a hostile page', () => {
  it('is refused when signed by another camera', async () => {
    const other = await (await TestWatchLog.create()).write(...story);
    expect(await verify(encodeWatchPage(other.lines))).toEqual(faulty('bad_signature'));
  });

  it.each([
    ['an entry left out', (page: WatchPage) => ({ ...page, events: page.events.toSpliced(1, 1) })],
    ['its newest entry left out', (page: WatchPage) => ({ ...page, events: page.events.slice(0, -1) })],
    ['two entries exchanged', exchangeFirstTwo],
    ['another hash before it', (page: WatchPage) => ({ ...page, prev: 'x'.repeat(43) })],
    ['another number', (page: WatchPage) => ({ ...page, seq: page.seq + 1 })],
    ['another signature', (page: WatchPage) => ({ ...page, sig: `${'x'.repeat(85)}Q` })],
  ])('is refused with %s', async (_, change) => {
    expect(await verify(change(pageOf(4)))).toEqual(faulty('bad_signature'));
  });

  it.each([
    ['null', null],
    ['a text', 'page'],
    ['nothing in it', {}],
    ['no events', { seq: 0, prev: null, events: [], sig: '' }],
  ])('is refused when it is %s', async (_, page) => {
    expect(await verify(page)).toEqual(faulty('malformed'));
  });

  it.each([
    ['an unknown member', { admin: true }],
    ['a signature that is none', { sig: 'x' }],
    ['a number that is none', { seq: '1' }],
    ['too many entries', { events: Array.from({ length: MAX_PAGE_ENTRIES + 1 }, () => ({})) }],
    ['an event that is none', { events: [{}] }],
    ['a log that opens in the middle', { seq: 5 }],
  ])('is refused with %s', async (_, change) => {
    expect(await verify({ ...pageOf(), ...change })).toEqual(faulty('malformed'));
  });

  it('is refused as any other value', async () => {
    const value = fc.oneof(
      fc.anything(),
      fc.anything().map((event) => ({ ...pageOf(), events: [event] })),
    );
    await fc.assert(
      fc.asyncProperty(value, async (page) => {
        expect(await verify(page)).toMatchObject({ type: 'faulty' });
      }),
    );
  });
});

describe('the size of a page', () => {
  it.each([
    [40, 4],
    [20, 100],
  ])('lets %i entries of %i phones into one envelope', async (entries, phones) => {
    const visited = await visits(phones);
    const page = encodeWatchPage(visited.lines.slice(-entries));
    expect(page?.events).toHaveLength(entries);
    expect(await sealedBytes(visited, page)).toBeLessThanOrEqual(MAX_ENVELOPE_BYTES);
  });

  it('lets six entries into one envelope, whatever they say', async () => {
    const noise = await (await TestWatchLog.create()).write({ type: 'opened', after: 'nothing' });
    for (let index = 1; index < 7; index += 1) {
      const name = String.fromCharCode(
        ...Array.from({ length: 64 }, (_, at) => 0x4e00 + ((at * 7919 * index) % 20_000)),
      );
      const phone = { gid: randomBase64url(16), jkt: randomBase64url(32), name };
      await noise.write({ type: 'watching', start: index - 1, since: 253_402_300_799 - index, ...phone });
    }
    const page = encodeWatchPage(noise.lines.slice(-6));
    expect(await sealedBytes(noise, page)).toBeLessThanOrEqual(MAX_ENVELOPE_BYTES);
  });
});

function exchangeFirstTwo({ events: [first, second, ...rest], ...page }: WatchPage): unknown {
  return { ...page, events: [second, first, ...rest] };
}
