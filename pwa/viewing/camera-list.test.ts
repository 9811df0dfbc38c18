import { describe, expect, test, vi } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createMemoryBroker } from '#shared/testing/memory-rendezvous.ts';
import { KeyStore } from '../identity/key-store.ts';
import { RendezvousPool } from '../rendezvous/rendezvous-pool.ts';
import { CameraStore } from '../storage/camera-store.ts';
import { eventually } from '../testing/eventually.ts';
import { FakeCamera } from '../testing/fake-camera.ts';
import { FakeVisibility } from '../testing/fake-visibility.ts';
import { MemoryRecords } from '../testing/memory-records.ts';
import { CameraList } from './camera-list.ts';

async function setUp() {
  const broker = createMemoryBroker();
  const records = { keys: new MemoryRecords(), cameras: new MemoryRecords() };
  const keys = new KeyStore(records.keys);
  const cameras = new CameraStore(records.cameras);
  const config = Promise.resolve({ rendezvous: [{ url: 'wss://own.example/' }] });
  const pool = new RendezvousPool(config, () => broker.connect());
  const report = vi.fn();
  const clock = new FakeClock();
  const camera = await FakeCamera.create(broker.connect());
  const identity = await keys.create({ allowTemporary: false });
  await camera.openGrant(identity);
  const record = camera.recordFor(identity);
  await cameras.write(record, { isPersistent: true });
  const open = () =>
    new CameraList({
      ...{ keys, cameras, clock, report, borrowRendezvous: pool.borrow, random: () => 0.5 },
      visibility: new FakeVisibility(),
      createConnection: (configuration) => new RTCPeerConnection(configuration),
    });
  return { broker, records, camera, record, clock, report, open };
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
      { id: record.gid, name: 'Porch', presence: 'online', role: 'owner', until: null },
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
