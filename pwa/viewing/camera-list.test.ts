import { describe, expect, test, vi } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createMemoryBroker } from '#shared/testing/memory-rendezvous.ts';
import { KeyStore } from '../identity/key-store.ts';
import { RendezvousPool } from '../rendezvous/rendezvous-pool.ts';
import { Subject } from '../state/observable.ts';
import { CameraStore } from '../storage/camera-store.ts';
import { eventually } from '../testing/eventually.ts';
import { FakeCamera } from '../testing/fake-camera.ts';
import { FakeVisibility } from '../testing/fake-visibility.ts';
import { MemoryRecords } from '../testing/memory-records.ts';
import type { LastPicture } from './camera.ts';
import { CameraList } from './camera-list.ts';

async function setUp() {
  const broker = createMemoryBroker();
  const records = { keys: new MemoryRecords(), cameras: new MemoryRecords() };
  const keys = new KeyStore(records.keys);
  const cameras = new CameraStore(records.cameras);
  const config = Promise.resolve({ rendezvous: [{ url: 'wss://own.example/' }] });
  const pool = new RendezvousPool(config, () => broker.connect());
  const report = vi.fn();
  const leave = vi.fn(async () => undefined);
  const clock = new FakeClock();
  const camera = await FakeCamera.create(broker.connect());
  const identity = await keys.create({ allowTemporary: false });
  const channel = await camera.openGrant(identity);
  const record = camera.recordFor(identity);
  await cameras.write(record, { isPersistent: true });
  const visibility = new FakeVisibility();
  const open = () =>
    new CameraList({
      ...{
        keys,
        cameras,
        clock,
        visibility,
        report,
        leave,
        pictures: new Subject<ReadonlyMap<string, LastPicture>>(new Map()),
        borrowRendezvous: pool.borrow,
        random: () => 0.5,
      },
      createConnection: (configuration) => new RTCPeerConnection(configuration),
    });
  return { broker, records, camera, channel, record, clock, visibility, report, leave, open };
}

const loaded = (list: CameraList) =>
  eventually(() => list.summaries.value !== null && list.summaries.value.length > 0);

describe('camera list', () => {
  test('is null until the store has been read, and shows who answers', async () => {
    const { record, open } = await setUp();
    const list = open();
    expect(list.summaries.value).toBeNull();
    await eventually(() => list.summaries.value?.[0]?.presence === 'online');
    expect(list.summaries.value).toEqual([
      {
        ...{ id: record.gid, name: 'Porch', presence: 'online', role: 'owner' },
        ...{ terms: record.terms, ending: null, off: null, watching: 0, picture: null },
      },
    ]);
    await list.forget(record.gid);
  });

  test('opens a camera before the store has been read, and no unknown one', async () => {
    const { camera, record, open } = await setUp();
    const list = open();
    const session = list.open(record.gid);
    const unknown = list.open('x');
    expect(session.state.value).toEqual({ type: 'connecting', step: 'rendezvous' });
    await eventually(() => camera.heard.includes('offer'));
    await eventually(() => unknown.state.value.type === 'ended');
    expect(unknown.state.value).toEqual({ type: 'ended', code: 'refused' });
    session.close();
    await list.forget(record.gid);
  });

  test('forgets a camera with its key, its connection and its timers', async () => {
    const { broker, records, camera, record, clock, open } = await setUp();
    const list = open();
    await eventually(() => list.summaries.value?.[0]?.presence === 'online');
    await list.forget(record.gid);
    expect(list.summaries.value).toEqual([]);
    expect(records.cameras.values.size + records.keys.values.size).toBe(0);
    expect(clock.pending).toBe(0);
    await camera.rendezvous.close();
    expect(broker.subscribedTopics()).toEqual([]);
  });

  test('gives a grant back over the channel that it still has, and has deleted it before', async () => {
    const { records, record, leave, open } = await setUp();
    const list = open();
    await eventually(() => list.summaries.value?.[0]?.presence === 'online');
    const link = await list.linkOf(record.gid);
    leave.mockImplementation(async () => {
      expect(records.cameras.values.size + records.keys.values.size).toBe(0);
      expect(link?.nonce).not.toBeNull();
      await link?.send({ type: 'hello', body: {} });
      return undefined;
    });
    await list.forget(record.gid);
    expect(leave.mock.calls).toEqual([[record, link]]);
    await expect(link?.send({ type: 'hello', body: {} })).rejects.toMatchObject({ code: 'offline' });
    expect(await list.linkOf(record.gid)).toBeNull();
  });

  test('keeps what the camera says of the grant, also for the next visit', async () => {
    const { camera, channel, record, records, clock, open } = await setUp();
    const list = open();
    await eventually(() => list.summaries.value?.[0]?.presence === 'online');
    const terms = { scope: ['watch'], nbf: null, exp: 1_900_000_000, hours: null } as const;
    camera.terms = terms;
    await camera.announce(channel);
    await eventually(() => list.summaries.value?.[0]?.role === 'guest');
    await eventually(() => JSON.stringify(records.cameras.values.get(record.gid)).includes('1900000000'));
    await camera.end(channel, 'expired');
    await eventually(() => list.summaries.value?.[0]?.ending === 'expired');
    await eventually(() => JSON.stringify(records.cameras.values.get(record.gid)).includes('expired'));
    const next = open();
    await eventually(() => next.summaries.value?.[0]?.presence === 'checking');
    expect(next.summaries.value).toMatchObject([{ role: 'guest', terms, ending: 'expired' }]);
    camera.isListening = true;
    await camera.announce(channel);
    await eventually(() => next.summaries.value?.[0]?.ending === null);
    await eventually(() => !JSON.stringify(records.cameras.values.get(record.gid)).includes('expired'));
    await list.forget(record.gid);
    await next.forget(record.gid);
    expect(clock.pending).toBe(0);
  });

  test('shows by this phone’s clock what is over, unless the camera answers', async () => {
    const { camera, record, records, clock, visibility, open } = await setUp();
    const exp = Math.floor(clock.nowMs() / 1000) + 60 * 24 * 60 * 60;
    camera.terms = { scope: ['watch'], nbf: null, exp, hours: null };
    camera.isListening = false;
    visibility.isVisible = false;
    await records.cameras.write(record.gid, { ...record, terms: camera.terms });
    const list = open();
    await loaded(list);
    clock.advance(60 * 24 * 60 * 60 * 1000 - 1);
    expect(list.summaries.value?.[0]?.ending).toBeNull();
    clock.advance(1);
    expect(list.summaries.value?.[0]?.ending).toBe('expired');
    expect(records.cameras.values.get(record.gid)).toMatchObject({ ending: null });
    camera.isListening = true;
    visibility.set(true);
    await eventually(() => list.summaries.value?.[0]?.presence === 'online');
    expect(list.summaries.value?.[0]?.ending).toBeNull();
    await list.forget(record.gid);
    expect(clock.pending).toBe(0);
  });

  test('lets a new grant of a camera take the place of one that is over, and of no other', async () => {
    const { record, records, open } = await setUp();
    const terms = { ...record.terms, scope: ['watch'] } as const;
    const over = { ...record, gid: 'o'.repeat(22), psk: 'A'.repeat(43), terms, ending: 'expired' } as const;
    const other = { ...over, gid: 'p'.repeat(22), camera: 'c'.repeat(43) };
    const owned = { ...over, gid: 'q'.repeat(22), terms: record.terms };
    for (const one of [over, other, owned]) await records.cameras.write(one.gid, one);
    const list = open();
    await eventually(() => list.summaries.value?.length === 4);
    const fresh = { ...record, gid: 'n'.repeat(22) };
    await records.cameras.write(fresh.gid, fresh);
    list.add(fresh);
    const ids = list.summaries.value?.map(({ id }) => id).sort();
    expect(ids).toEqual([record.gid, fresh.gid, other.gid, owned.gid].sort());
    await eventually(() => !records.cameras.values.has(over.gid));
    for (const id of ids ?? []) await list.forget(id);
  });

  test('renames a camera on this phone, to a name that fits', async () => {
    const { record, records, open } = await setUp();
    const list = open();
    await loaded(list);
    await expect(list.rename(record.gid, '  ')).rejects.toThrow(RangeError);
    await expect(list.rename(record.gid, 'x'.repeat(65))).rejects.toThrow(RangeError);
    await list.rename(record.gid, ' Front  door ');
    expect(list.summaries.value?.[0]?.name).toBe('Front door');
    expect(records.cameras.values.get(record.gid)).toMatchObject({ name: 'Front door' });
    await list.forget(record.gid);
  });

  test('keeps a camera whose key is gone, reports it, and does not open it', async () => {
    const { records, record, report, open } = await setUp();
    records.keys.values.clear();
    const list = open();
    await eventually(() => report.mock.calls.length > 0);
    expect(report).toHaveBeenCalledWith(expect.objectContaining({ code: 'storage_lost' }));
    const session = list.open(record.gid);
    await eventually(() => session.state.value.type === 'ended');
    expect(session.state.value).toEqual({ type: 'ended', code: 'refused' });
  });

  test('reports a damaged record and lists the others', async () => {
    const { records, record, report, open } = await setUp();
    await records.cameras.write('broken', { gid: 1 });
    const list = open();
    await loaded(list);
    expect(list.summaries.value?.map(({ id }) => id)).toEqual([record.gid]);
    expect(report).toHaveBeenCalledOnce();
    await list.forget(record.gid);
  });
});
