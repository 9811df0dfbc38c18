import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createLog } from '../log.ts';
import { writeAtomically } from '../storage/atomic-file.ts';
import { PrivacySwitch } from './privacy-switch.ts';

const moment = () => ({ now: 1_000, isTrusted: true });
const nights = { tz: 'UTC', spans: [{ days: [1 as const], from: 0, until: 60 }] };

let directory: string;
let path: string;
let journal: string[];
/** What the disk does before it takes anything. */
let beforeWrite: () => Promise<void>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-privacy-'));
  path = join(directory, 'privacy.json');
  journal = [];
  beforeWrite = async () => undefined;
});

afterEach(() => rm(directory, { recursive: true }));

const open = () =>
  PrivacySwitch.open({
    ...{ path, clock: new FakeClock(), log: createLog((line) => journal.push(line)) },
    write: async (...args) => {
      await beforeWrite();
      await writeAtomically(...args);
    },
  });
const isOff = (privacy: PrivacySwitch) => privacy.standing(moment()).isOff;

describe('the privacy switch', () => {
  it('is on at the first start, and writes nothing', async () => {
    expect(isOff(await open())).toBe(false);
    expect(await readdir(directory)).toEqual([]);
  });

  it('stays as it is over restarts, for its owner only', async () => {
    expect(await (await open()).change({ off: true }, moment)).toBe('done');
    expect(isOff(await open())).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await (await open()).change({ off: false }, moment);
    expect(isOff(await open())).toBe(false);
  });

  it('counts a change twice asked for once', async () => {
    const privacy = await open();
    await privacy.change({ off: true }, moment);
    const { revision } = privacy.state;
    expect(await privacy.change({ off: true }, moment)).toBe('done');
    expect(privacy.state.revision).toBe(revision);
  });

  it('is not switched on, nor its hours changed, by who knows another state than this one', async () => {
    const privacy = await open();
    await privacy.change({ off: true }, moment);
    const { revision } = privacy.state;
    expect(await privacy.change({ off: false, revision: revision - 1 }, moment)).toBe('changed');
    expect(await privacy.change({ hours: nights, revision: revision + 1 }, moment)).toBe('changed');
    expect(isOff(privacy)).toBe(true);
    expect(await privacy.change({ off: false, revision }, moment)).toBe('done');
  });

  it('is switched off by who knows nothing of it', async () => {
    const privacy = await open();
    await privacy.change({ hours: nights }, moment);
    expect(await privacy.change({ off: true, revision: -1 }, moment)).toBe('done');
    expect(isOff(privacy)).toBe(true);
  });

  it('takes one change after another, each judged by the one before', async () => {
    const privacy = await open();
    const { revision } = privacy.state;
    const both = [{ hours: nights }, { hours: null, off: true }].map((wish) =>
      privacy.change({ ...wish, revision }, moment),
    );
    expect(await Promise.all(both)).toEqual(['done', 'changed']);
  });

  it('is off before that is written down', async () => {
    const privacy = await open();
    let seen = false;
    beforeWrite = async () => {
      seen = isOff(privacy);
    };
    await privacy.change({ off: true }, moment);
    expect(seen).toBe(true);
  });

  it('is on only once that is written down', async () => {
    const privacy = await open();
    await privacy.change({ off: true }, moment);
    let seen = false;
    beforeWrite = async () => {
      seen = isOff(privacy);
    };
    await privacy.change({ off: false }, moment);
    expect([seen, isOff(privacy)]).toEqual([true, false]);
  });

  it('is off even where nothing can be written, and says so', async () => {
    const privacy = await open();
    beforeWrite = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    expect(await privacy.change({ off: true }, moment)).toBe('not_stored');
    expect(isOff(privacy)).toBe(true);
    expect(await privacy.change({ off: false }, moment)).toBe('not_stored');
    expect(isOff(privacy)).toBe(true);
    expect(journal.join()).toContain('ENOSPC');
  });

  it('that could not be written is written when it is asked for again, and not said to be before', async () => {
    const privacy = await open();
    beforeWrite = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    await privacy.change({ off: true }, moment);
    expect(await privacy.change({ off: true }, moment)).toBe('not_stored');
    expect(isOff(await open())).toBe(false);
    beforeWrite = async () => undefined;
    expect(await privacy.change({ off: true }, moment)).toBe('done');
    expect(isOff(await open())).toBe(true);
  });

  it('tells of each change, and of no other', async () => {
    const privacy = await open();
    let told = 0;
    const stop = privacy.onChange(() => {
      told += 1;
    });
    await privacy.change({ off: true }, moment);
    await privacy.change({ off: true }, moment);
    stop();
    await privacy.change({ off: false }, moment);
    expect(told).toBe(1);
  });
});

describe('a damaged switch', () => {
  it('that is cut off anywhere is off, stays so, and is kept aside', async () => {
    await (await open()).change({ hours: nights }, moment);
    const text = await readFile(path, 'utf8');
    for (let size = 0; size < text.length - 1; size += 7) {
      await writeFile(path, text);
      await truncate(path, size);
      expect(isOff(await open())).toBe(true);
      expect(isOff(await open())).toBe(true);
    }
    expect((await readdir(directory)).some((name) => name.includes('.damaged-'))).toBe(true);
  });

  it.each([
    ['another version', '{"version":2,"revision":0,"hand":null,"hours":null}'],
    ['an unknown member', '{"version":1,"revision":0,"hand":null,"hours":null,"x":1}'],
    ['hours in no zone', '{"version":1,"revision":0,"hand":null,"hours":{"tz":"Not/Here","spans":[]}}'],
    ['nothing of ours', '[]'],
  ])('with %s is off', async (_, text) => {
    await writeFile(path, text);
    expect(isOff(await open())).toBe(true);
  });

  it('that nothing can be written over is off', async () => {
    await writeFile(path, 'x');
    beforeWrite = () => Promise.reject(new Error('full'));
    expect(isOff(await open())).toBe(true);
    expect(isOff(await open())).toBe(true);
  });
});
