import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { loadConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { writeAtomically } from '../storage/atomic-file.ts';
import { usualSettings } from './capture-values.ts';
import { SettingsStore } from './settings-store.ts';

let directory: string;
let path: string;
let journal: string[];
let beforeWrite: () => Promise<void>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-settings-'));
  path = join(directory, 'settings.json');
  journal = [];
  beforeWrite = async () => undefined;
});

afterEach(() => rm(directory, { recursive: true }));

const open = (env: Record<string, string> = {}) =>
  SettingsStore.open({
    ...{ path, usual: usualSettings(loadConfig(env)), clock: new FakeClock() },
    log: createLog((line) => journal.push(line)),
    write: async (...args) => {
      await beforeWrite();
      await writeAtomically(...args);
    },
  });

describe('settings', () => {
  it('are those that the camera was set up with, and nothing is written, until somebody chooses', async () => {
    expect((await open({ LATCHKEY_FORMAT: '640x480@15' })).values).toMatchObject({
      width: 640,
      frame_rate: 15,
    });
    expect(await readdir(directory)).toEqual([]);
  });

  it('chosen on a phone win over what it was set up with, also after a restart with another one', async () => {
    await (await open()).change({ rotation: 90, max_bitrate: 500_000 });
    const { values, chosen } = await open({ LATCHKEY_MAX_BITRATE: '8000000', LATCHKEY_FORMAT: '640x480@15' });
    expect(values).toMatchObject({ rotation: 90, max_bitrate: 500_000, width: 640 });
    expect(chosen).toEqual({ rotation: 90, max_bitrate: 500_000 });
  });

  it('go back to what the camera was set up with', async () => {
    const store = await open();
    await store.change({ rotation: 90, exposure: 1 });
    await store.change({ rotation: null });
    expect((await open()).chosen).toEqual({ exposure: 1 });
  });

  it('that cannot be stored are not changed', async () => {
    const store = await open();
    beforeWrite = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    expect(await store.change({ mirrored: true })).toBe('not_stored');
    expect(store.values.mirrored).toBe(false);
    expect(journal.join()).toContain('ENOSPC');
  });

  it('tell of each change, after it is on disk, and of no other', async () => {
    const store = await open();
    const told: unknown[] = [];
    const stop = store.onChange((before) => told.push(before.rotation, store.values.rotation));
    await store.change({ rotation: 180 });
    await store.change({ rotation: 180 });
    stop();
    await store.change({ rotation: 0 });
    expect(told).toEqual([0, 180]);
  });

  it.each([
    ['nothing', ''],
    ['half a file', '{"version":1,"rot'],
    ['another version', '{"version":2}'],
    ['an unknown member', '{"version":1,"iso":100}'],
    ['a turn that cannot be', '{"version":1,"rotation":45}'],
    ['a size that cannot be', '{"version":1,"width":0}'],
  ])('that are damaged by %s are kept aside, and the picture is as it was set up', async (_, text) => {
    await writeFile(path, text);
    expect((await open()).chosen).toEqual({});
    expect((await readdir(directory)).some((name) => name.includes('.damaged-'))).toBe(true);
  });

  it('are written whole', async () => {
    await (await open()).change({ width: 640, height: 360 });
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ version: 1, width: 640, height: 360 });
  });
});
