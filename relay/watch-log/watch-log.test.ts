import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Identity } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { parseWatchEntry, type WatchEntry } from '#shared/watch-entry.ts';
import type { WatchPoint } from '#shared/watch-log.ts';
import { verifyWatchPage } from '#shared/watch-page.ts';
import { createLog } from '../log.ts';
import { verifyWatchLogFile } from './verify-watch-log-file.ts';
import { MAX_WATCH_LOG_BYTES, WatchLog } from './watch-log.ts';

const anna = { gid: 'a'.repeat(22), jkt: 'A'.repeat(43), name: 'Anna’s phone' };
const ben = { gid: 'b'.repeat(22), jkt: 'B'.repeat(43), name: 'Ben' };
const left = { path: 'direct', reason: 'left' } as const;

let camera: Identity;
let clock: FakeClock;
let directory: string;
let path: string;
let logged: string[];
let opened: WatchLog[];

beforeAll(async () => {
  camera = await createIdentity({ extractable: false });
});

beforeEach(async () => {
  clock = new FakeClock();
  directory = await mkdtemp(join(tmpdir(), 'latchkey-watched-'));
  path = join(directory, 'watched.log');
  logged = [];
  opened = [];
});

afterEach(async () => {
  for (const watchLog of opened) await watchLog.close();
  expect(clock.pending).toBe(0);
  await rm(directory, { recursive: true });
});

async function open(identity = camera, where = directory): Promise<WatchLog> {
  const log = createLog((line) => logged.push(line));
  const watchLog = await WatchLog.open({ directory: where, identity, clock, log });
  opened.push(watchLog);
  return watchLog;
}

/** A log that was closed in order, with these viewings in it. */
async function written(viewings: number): Promise<string> {
  const watchLog = await open();
  for (let index = 0; index < viewings; index += 1) watchLog.started(index % 2 ? anna : ben)(left);
  await watchLog.close();
  return readFile(path, 'latin1');
}

const entriesOf = (text: string): WatchEntry[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseWatchEntry(line).entry);
const stored = async (): Promise<WatchEntry[]> => entriesOf(await readFile(path, 'latin1'));
const types = (entries: readonly WatchEntry[]) => entries.map(({ type }) => type);
const verdictOn = () => verifyWatchLogFile(path, camera);
const setAside = async () =>
  (await readdir(directory)).filter((name) => name.startsWith('watched.log.damaged-'));

/** What a phone makes of the log that knows `from` already. */
async function seenFrom(watchLog: WatchLog, from: WatchPoint | null) {
  const { page } = await watchLog.read({});
  return verifyWatchPage(page, camera.publicJwk, from ? { from } : {});
}

describe('the watch log', () => {
  it('opens with its first entry, for its owner only', async () => {
    await open();
    expect(await stored()).toMatchObject([{ seq: 0, prev: null, type: 'opened', after: 'nothing' }]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('tells who watched, from when to when, how and why no longer', async () => {
    const watchLog = await open();
    const since = clock.nowMs() / 1000;
    const ended = watchLog.started(anna);
    clock.advance(90_000);
    ended({ path: 'relayed', reason: 'revoked' });
    await watchLog.close();
    const { gid, name } = anna;
    expect((await stored()).slice(1)).toMatchObject([
      { seq: 1, at: since, type: 'started', ...anna },
      {
        seq: 2,
        at: since + 90,
        type: 'ended',
        start: 1,
        since,
        gid,
        name,
        path: 'relayed',
        reason: 'revoked',
      },
    ]);
    expect(await verdictOn()).toMatchObject({ entries: 3, viewings: 1, fault: null, head: watchLog.head });
  });

  it('ends a viewing once', async () => {
    const watchLog = await open();
    const ended = watchLog.started(anna);
    ended(left);
    ended({ path: null, reason: 'shutdown' });
    await watchLog.close();
    expect(types(await stored())).toEqual(['opened', 'started', 'ended']);
  });

  it('goes on where it stopped', async () => {
    const text = await written(2);
    const watchLog = await open();
    watchLog.started(anna)(left);
    await watchLog.close();
    expect((await readFile(path, 'latin1')).startsWith(text)).toBe(true);
    expect(await verdictOn()).toMatchObject({ entries: 7, viewings: 3, fault: null });
    expect(logged).toEqual([]);
  });

  it('keeps its order when much happens at once', async () => {
    const watchLog = await open();
    const ends = Array.from({ length: 50 }, () => watchLog.started(anna));
    expect((await watchLog.read({})).page?.events.at(-1)).toMatchObject({ type: 'started' });
    for (const ended of ends.reverse()) ended(left);
    await watchLog.close();
    const starts = (await stored()).flatMap((entry) => (entry.type === 'ended' ? [entry.start] : []));
    expect(starts).toEqual(Array.from({ length: 50 }, (_, index) => 50 - index));
    expect(await verdictOn()).toMatchObject({ entries: 101, fault: null });
  });

  it('says at a restart, once, which viewings it interrupted', async () => {
    const first = await open();
    const ended = first.started(ben);
    first.started(anna);
    ended(left);
    await first.close();
    clock.advance(5_000);
    for (let restart = 0; restart < 2; restart += 1) await (await open()).close();
    const { gid, name } = anna;
    expect((await stored()).slice(4)).toMatchObject([
      { type: 'interrupted', start: 2, since: clock.nowMs() / 1000 - 5, at: clock.nowMs() / 1000, gid, name },
    ]);
  });

  it('writes nothing after it was closed', async () => {
    const watchLog = await open();
    const ended = watchLog.started(anna);
    await watchLog.close();
    ended(left);
    watchLog.started(ben);
    await watchLog.close();
    expect(types(await stored())).toEqual(['opened', 'started']);
  });

  it('gives a name to a phone whose own cannot be shown', async () => {
    const watchLog = await open();
    watchLog.started({ ...anna, name: '\u202e' });
    await watchLog.close();
    expect(await stored()).toMatchObject([{}, { name: 'AAAAAAAA' }]);
  });

  it('leaves out what could not be read again, and goes on', async () => {
    const watchLog = await open();
    watchLog.started({ ...anna, gid: 'short' })(left);
    watchLog.started(ben);
    await watchLog.close();
    expect(logged).toEqual(['warn watch log not written code="malformed"']);
    expect(await stored()).toMatchObject([{}, { type: 'started', ...ben }]);
    expect(await verdictOn()).toMatchObject({ fault: null });
  });
});

describe('reading', () => {
  it('gives pages back to the first entry, each linked to the one after it', async () => {
    await written(45);
    const watchLog = await open();
    const entries: WatchEntry[] = [];
    let from: WatchPoint | null = null;
    for (;;) {
      const { page, first } = await watchLog.read(from ? { before: from.seq + 1 } : {});
      expect(first).toBe(0);
      if (!page) break;
      const verdict = await verifyWatchPage(page, camera.publicJwk, from ? { from } : {});
      if (verdict.type === 'faulty') throw new Error(verdict.code);
      expect(verdict.isLinked).toBe(from !== null);
      entries.unshift(...verdict.entries);
      const [oldest] = verdict.entries;
      if (!oldest || oldest.prev === null) break;
      from = { seq: oldest.seq - 1, hash: oldest.prev };
    }
    expect(entries).toEqual(await stored());
  });

  it('gives as few as are asked for, and none where there are none', async () => {
    await written(3);
    const watchLog = await open();
    expect((await watchLog.read({ limit: 2 })).page).toMatchObject({ seq: 5, events: [{}, {}] });
    expect((await watchLog.read({ before: 2, limit: 5 })).page).toMatchObject({ seq: 0, events: [{}, {}] });
    expect((await watchLog.read({ before: 99, limit: 1 })).page).toMatchObject({ seq: 6 });
    expect(await watchLog.read({ before: 0 })).toEqual({ first: 0, page: null });
    expect(await watchLog.read({ limit: 0 })).toEqual({ first: 0, page: null });
  });

  it('is linked to what a phone saw before', async () => {
    await written(1);
    const watchLog = await open();
    const { head } = watchLog;
    watchLog.started(anna);
    expect(await seenFrom(watchLog, head)).toMatchObject({ type: 'authentic', isLinked: true });
  });
});

describe('a log that becomes too large', () => {
  const fill = (watchLog: WatchLog) => {
    const viewings = Math.ceil(MAX_WATCH_LOG_BYTES / 900);
    for (let index = 0; index < viewings; index += 1) watchLog.started(ben)(left);
  };

  it('drops its older half and says so, and is one chain still', async () => {
    const watchLog = await open();
    fill(watchLog);
    const { first, page } = await watchLog.read({});
    expect(first).toBeGreaterThan(1_000);
    expect(page?.events.at(-1)).toMatchObject({ type: 'dropped', first, why: 'size' });
    const { size } = await stat(path);
    expect(size).toBeGreaterThan(MAX_WATCH_LOG_BYTES / 3);
    expect(size).toBeLessThan(MAX_WATCH_LOG_BYTES);
    expect(await verdictOn()).toMatchObject({ fault: null, oldest: { seq: first }, head: watchLog.head });
    watchLog.started(anna);
    await watchLog.close();
    expect(await verdictOn()).toMatchObject({ fault: null, newest: { type: 'started' } });
    expect(await readdir(directory)).toEqual(['watched.log']);
  });

  it('tells again of whoever is still watching, and at a restart of the interruption', async () => {
    const watchLog = await open();
    const since = clock.nowMs() / 1000;
    watchLog.started(anna);
    clock.advance(86_400_000);
    fill(watchLog);
    await watchLog.close();
    expect((await stored()).at(-1)).toMatchObject({ type: 'watching', start: 1, since, ...anna });
    await (await open()).close();
    expect((await stored()).at(-1)).toMatchObject({ type: 'interrupted', start: 1, since, gid: anna.gid });
    expect(await verdictOn()).toMatchObject({ fault: null });
  });
});

describe('after a power cut', () => {
  /** A start on this file, and one more viewing: everything then verifies. */
  async function restartOn(text: string): Promise<WatchEntry[]> {
    const place = await mkdtemp(join(directory, 'cut-'));
    const file = join(place, 'watched.log');
    await writeFile(file, text, 'latin1');
    const watchLog = await open(camera, place);
    watchLog.started(anna);
    await watchLog.close();
    const verdict = await verifyWatchLogFile(file, camera);
    expect(verdict).toMatchObject({ fault: null, isUnfinished: false, newest: { type: 'started', ...anna } });
    expect(await readdir(place)).toEqual(['watched.log']);
    return entriesOf(await readFile(file, 'latin1'));
  }

  /** The same for many, several at a time: most of it is waiting for the disk. */
  async function restartOnEach(texts: readonly string[], check: (after: WatchEntry[], text: string) => void) {
    for (let index = 0; index < texts.length; index += 40) {
      const batch = texts.slice(index, index + 40);
      await Promise.all(batch.map(async (text) => check(await restartOn(text), text)));
    }
  }

  it('loses nothing but the line that was not whole, wherever in the last two the file ends', async () => {
    const text = await written(2);
    const before = entriesOf(text);
    const ends = [...text.matchAll(/\n/g)].map(({ index }) => index);
    const [start = 0] = ends.slice(-3);
    const cuts = Array.from({ length: text.length - start }, (_, index) => text.slice(0, start + 1 + index));
    await restartOnEach(cuts, (after, cut) => {
      // A line is whole even if its end is not there yet.
      const whole = ends.filter((end) => end <= cut.length).length;
      expect(after.slice(0, whole)).toEqual(before.slice(0, whole));
      const isOpen = before[whole - 1]?.type === 'started';
      expect(types(after.slice(whole))).toEqual(isOpen ? ['interrupted', 'started'] : ['started']);
    });
  }, 60_000);

  it('loses nothing but what is gone, wherever else it ends', async () => {
    const text = await written(20);
    const before = entriesOf(text);
    const first = text.indexOf('\n') + 1;
    const cuts = Array.from({ length: 60 }, () => text.slice(0, first + randomInt(text.length - first)));
    await restartOnEach(cuts, (after, cut) => {
      const whole = cut.split('\n').length - 1;
      expect(after.slice(0, whole)).toEqual(before.slice(0, whole));
    });
  });

  it.each([
    ['zeros', '\0'.repeat(700)],
    ['noise', randomBytes(600).toString('latin1').replaceAll('\n', ' ')],
  ])('cuts off %s that stand for the last line', async (_, tail) => {
    const text = await written(2);
    expect((await restartOn(text + tail)).slice(0, 5)).toEqual(entriesOf(text));
  });

  it('cuts off an unfinished line even before there is something to write', async () => {
    const text = await written(2);
    await writeFile(path, `${text}eyJ`);
    const watchLog = await open();
    expect(await readFile(path, 'latin1')).toBe(text);
    await watchLog.close();
  });
});

describe('a damaged log', () => {
  /** Opens the log on such a file; what it holds afterwards. */
  async function openOn(text: string | Uint8Array, identity = camera): Promise<WatchEntry[]> {
    await writeFile(path, text, 'latin1');
    await (await open(identity)).close();
    expect(await verifyWatchLogFile(path, identity)).toMatchObject({ fault: null, isUnfinished: false });
    return stored();
  }
  const keptText = async () => readFile(join(directory, (await setAside())[0] ?? ''), 'latin1');

  it('goes on from the newest part that holds together, and is kept whole aside', async () => {
    const watchLog = await open();
    for (let index = 0; index < 3; index += 1) watchLog.started(ben)(left);
    await watchLog.close();
    const { head } = watchLog;
    const lines = (await readFile(path, 'latin1')).split('\n');
    const text = lines.with(3, `x${lines[3]}`).join('\n');
    const after = await openOn(text);
    expect(after.map(({ seq }) => seq)).toEqual([4, 5, 6, 7]);
    expect(after.at(-1)).toMatchObject({ type: 'dropped', first: 4, why: 'damaged' });
    expect(await keptText()).toBe(text);
    expect(logged).toEqual(['warn watch log damaged kept=3']);
    expect(await seenFrom(await open(), head)).toMatchObject({ type: 'authentic', isLinked: true });
    expect(await verdictOn()).toMatchObject({ damages: 1 });
  });

  it('that ends in a line which nobody signed goes on before it', async () => {
    const text = await written(2);
    const lines = text.trimEnd().split('\n');
    const forged = [...lines.slice(0, -1), `${lines.at(-1)?.slice(0, -86)}${'A'.repeat(86)}`, ''].join('\n');
    expect(types(await openOn(forged))).toEqual([
      'opened',
      'started',
      'ended',
      'started',
      'dropped',
      'interrupted',
    ]);
    expect(await keptText()).toBe(forged);
  });

  it.each([
    ['noise', randomBytes(3_000)],
    ['zeros', new Uint8Array(3_000)],
    ['another text', 'once upon a time\n'],
    ['a line that was never ended', 'eyJ'],
    ['more than any log', new Uint8Array(5 * 1024 * 1024)],
  ])('that is only %s begins anew', async (_, text) => {
    expect(await openOn(text)).toMatchObject([{ seq: 0, type: 'opened', after: 'damaged' }]);
    expect(await setAside()).toHaveLength(1);
    await openOn(text);
    expect(await setAside()).toHaveLength(2);
  });

  it.each(['B', '=', ' ', ''])(
    'with %j at the end of an older signature is readable after that',
    async (end) => {
      const lines = (await written(3)).split('\n');
      const changed = lines.with(2, `${lines[2]?.slice(0, -1)}${end}`).join('\n');
      expect((await openOn(changed)).at(-1)).toMatchObject({ type: 'dropped', first: 3, why: 'damaged' });
      expect(await seenFrom(await open(), null)).toMatchObject({ type: 'authentic' });
    },
  );

  it('with another signature in the middle is vouched for by the newest, and found out by a whole check', async () => {
    const lines = (await written(3)).split('\n');
    const changed = lines.with(2, `${lines[2]?.slice(0, -86)}${'A'.repeat(86)}`).join('\n');
    await writeFile(path, changed);
    const watchLog = await open();
    expect(await seenFrom(watchLog, null)).toMatchObject({ type: 'authentic', entries: entriesOf(changed) });
    expect(await verdictOn()).toMatchObject({ fault: { code: 'bad_signature', line: 3 } });
  });

  it('that another camera has written begins anew', async () => {
    const text = await written(1);
    const other = await createIdentity({ extractable: false });
    expect(await openOn(text, other)).toMatchObject([{ seq: 0, type: 'opened', after: 'damaged' }]);
    expect(await keptText()).toBe(text);
  });

  it('that is empty begins anew', async () => {
    expect(await openOn('')).toMatchObject([{ seq: 0, type: 'opened', after: 'nothing' }]);
    expect(await setAside()).toEqual([]);
  });

  it('says that its beginning is missing, where nobody has said so', async () => {
    const text = await written(3);
    const cut = text.split('\n').slice(2).join('\n');
    await writeFile(path, cut);
    expect(await verdictOn()).toMatchObject({ fault: { code: 'gap', line: 1 } });
    expect((await openOn(cut)).at(-1)).toMatchObject({ type: 'dropped', first: 2, why: 'damaged' });
    expect(await openOn(await readFile(path))).toHaveLength(6);
  });

  it('never keeps a camera from starting, wherever a byte is wrong', async () => {
    const bytes = Buffer.from(await written(3), 'latin1');
    for (let round = 0; round < 40; round += 1) {
      const changed = Buffer.from(bytes);
      const at = randomInt(bytes.byteLength);
      changed[at] = (changed[at] ?? 0) ^ (1 << (round % 8));
      await writeFile(path, changed);
      const watchLog = await open();
      watchLog.started(anna);
      expect(await seenFrom(watchLog, null)).toMatchObject({ type: 'authentic' });
      await watchLog.close();
    }
  });
});
