import { describe, expect, test } from 'vitest';
import { createIdentity } from '#shared/identity.ts';
import { MemoryRecords } from '../testing/memory-records.ts';
import type { CameraRecord } from './camera-record.ts';
import { CameraStore } from './camera-store.ts';
import { openRecordStore } from './record-store.ts';

const { thumbprint, publicJwk } = await createIdentity({ extractable: false });

function camera(gid: string, changes: Partial<CameraRecord> = {}): CameraRecord {
  return {
    gid: gid.repeat(22),
    camera: thumbprint,
    cameraJwk: publicJwk,
    psk: 'p'.repeat(43),
    terms: { scope: ['owner'], nbf: null, exp: null, hours: null },
    ending: null,
    name: `Camera ${gid}`,
    rendezvous: null,
    phone: thumbprint,
    ...changes,
  };
}
const persistent = { isPersistent: true };

describe('camera store', () => {
  test('lists by name what was written, from IndexedDB too', async () => {
    const kind = `cameras-${crypto.randomUUID()}`;
    const store = new CameraStore(openRecordStore(kind));
    await store.write(camera('b'), persistent);
    await store.write(camera('a'), persistent);
    const { cameras, damaged } = await new CameraStore(openRecordStore(kind)).list();
    expect(cameras).toEqual([camera('a'), camera('b')]);
    expect(damaged).toEqual([]);
  });

  test.each([
    ['an unknown member', { extra: 1 }],
    ['a missing one', { psk: undefined }],
    ['another gid', { gid: 'x'.repeat(22) }],
    ['an unknown scope', { terms: { scope: ['fly'], nbf: null, exp: null, hours: null } }],
    ['an unknown ending', { ending: 'bored' }],
    ['a rendezvous that is none', { rendezvous: 'javascript:1' }],
  ])('sets a record with %s aside, reports it once, and keeps the others', async (_, change) => {
    const records = new MemoryRecords();
    const store = new CameraStore(records);
    await store.write(camera('a'), persistent);
    await records.write(camera('b').gid, { ...camera('b'), ...change });
    expect(await store.list()).toEqual({ cameras: [camera('a')], damaged: [camera('b').gid] });
    expect(await store.list()).toEqual({ cameras: [camera('a')], damaged: [] });
    expect(await records.read(`damaged.${camera('b').gid}`)).toMatchObject({ name: 'Camera b' });
  });

  test('a grant that storage loses is an error', async () => {
    const records = new MemoryRecords();
    records.fault = () => 'lose';
    await expect(new CameraStore(records).write(camera('a'), persistent)).rejects.toMatchObject({
      code: 'storage_lost',
    });
  });

  test('reads what was written before there were hours', async () => {
    const records = new MemoryRecords();
    const { terms: _terms, ending: _ending, ...rest } = camera('a');
    await records.write(camera('a').gid, { ...rest, scope: ['watch'], nbf: null, exp: 1_900_000_000 });
    const terms = { scope: ['watch'], nbf: null, exp: 1_900_000_000, hours: null } as const;
    expect((await new CameraStore(records).list()).cameras).toEqual([{ ...camera('a'), terms }]);
  });

  test('keeps each of several changes made at once', async () => {
    const records = new MemoryRecords();
    const store = new CameraStore(records);
    await store.write(camera('a'), persistent);
    await Promise.all([
      store.change(camera('a').gid, { name: 'Porch' }),
      store.change(camera('a').gid, { ending: 'expired' }),
      store.change(camera('b').gid, { name: 'Nobody' }),
    ]);
    expect((await store.list()).cameras).toEqual([camera('a', { name: 'Porch', ending: 'expired' })]);
  });

  test('brings nothing back that was removed while it changed', async () => {
    const records = new MemoryRecords();
    const store = new CameraStore(records);
    await store.write(camera('a'), persistent);
    await Promise.all([
      store.change(camera('a').gid, { name: 'Porch' }),
      store.remove(camera('a').gid),
      store.change(camera('a').gid, { name: 'Yard' }),
    ]);
    expect(records.values.size).toBe(0);
  });

  test('changes, removes, and keeps a guest of this visit in memory', async () => {
    const records = new MemoryRecords();
    const store = new CameraStore(records);
    await store.write(camera('a'), { isPersistent: false });
    await store.change(camera('a').gid, { name: 'Porch' });
    expect((await store.list()).cameras.map(({ name }) => name)).toEqual(['Porch']);
    expect(records.values.size).toBe(0);
    await store.remove(camera('a').gid);
    expect((await store.list()).cameras).toEqual([]);
  });
});
