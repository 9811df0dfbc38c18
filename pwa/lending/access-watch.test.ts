import { describe, expect, test } from 'vitest';
import type { AccessEntry } from '#shared/down-message.ts';
import { eventually } from '../testing/eventually.ts';
import { buildGrant } from '../testing/fake-access.ts';
import { createLendingBench, fresh } from '../testing/lending-bench.ts';

const grants = (count: number): AccessEntry[] =>
  Array.from({ length: count }, (_, index) => buildGrant({ id: `${index}`.padStart(22, 'g') }));

async function setUp(entries = grants(2)) {
  const bench = await createLendingBench();
  bench.camera.access.entries = entries;
  await bench.online();
  const { desk, record, link, camera, heard } = bench;
  const open = () => desk.open(record.gid);
  const listed = (count: number) => eventually(() => heard('list') >= count);
  const close = async (lending: { close(): void }) => {
    lending.close();
    link.close();
    await eventually(() => bench.clock.pending === 0);
    await camera.rendezvous.close();
    expect(bench.reported).toEqual([]);
  };
  return { ...bench, open, listed, close };
}

describe('the access list', () => {
  test('is what the camera says, and is asked for when it opens and when it has changed', async () => {
    const { camera, open, announce, heard, close } = await setUp();
    const lending = await open();
    expect(lending.access.value).toEqual({ type: 'loading' });
    expect(await fresh(lending)).toEqual(grants(2));
    camera.access.change(grants(3));
    await announce();
    await eventually(
      () => lending.access.value.type === 'known' && lending.access.value.entries.length === 3,
    );
    expect(heard('list')).toBe(2);
    await close(lending);
  });

  test('is read page by page, and from the beginning when it changes meanwhile', async () => {
    const { camera, open, heard, close } = await setUp(grants(30));
    let lists = 0;
    camera.onAccessRequest = () => {
      lists += 1;
      if (lists === 2) camera.access.change(grants(31).slice(1));
    };
    const lending = await open();
    expect(await fresh(lending)).toEqual(grants(31).slice(1));
    expect(heard('list')).toBe(5);
    await close(lending);
  });

  test('is not believed when it changes all the time, nor when it never ends', async () => {
    const { camera, open, close } = await setUp(grants(13));
    camera.onAccessRequest = () => camera.access.change(grants(13));
    const lending = await open();
    await eventually(() => lending.access.value.type === 'failed');
    expect(lending.access.value).toEqual({ type: 'failed', code: 'busy' });
    await close(lending);
  });

  test('is asked for every ten seconds while somebody looks', async () => {
    const { clock, visibility, open, listed, heard, close } = await setUp();
    const lending = await open();
    const idle = clock.pending;
    await fresh(lending);
    clock.advance(10_000);
    await listed(2);
    await eventually(() => clock.pending === idle - 1);
    visibility.set(false);
    clock.advance(60_000);
    expect(heard('list')).toBe(2);
    visibility.set(true);
    await listed(3);
    await close(lending);
  });

  test('is asked for once more, however often it changes while it is being asked for', async () => {
    const { camera, clock, link, announce, open, listed, heard, close } = await setUp();
    const lending = await open();
    await fresh(lending);
    camera.lostAnswers = 1;
    clock.advance(10_000);
    await listed(2);
    for (const count of [3, 4, 5]) {
      camera.access.change(grants(count));
      await announce();
      await eventually(() => link.revision.value === camera.access.revision);
    }
    expect(heard('list')).toBe(2);
    clock.advance(4_000);
    await listed(4);
    await eventually(
      () => lending.access.value.type === 'known' && lending.access.value.entries.length === 5,
    );
    expect(heard('list')).toBe(4);
    await close(lending);
  });

  test('is the last known one while the camera is away, also after a restart of the app', async () => {
    const { camera, open, createDesk, record, clock, goOffline, comeBack, close } = await setUp();
    const lending = await open();
    await fresh(lending);
    await goOffline();
    const stale = { type: 'known', entries: grants(2), isFresh: false };
    expect(lending.access.value).toEqual(stale);
    lending.close();
    const again = await createDesk().open(record.gid);
    await eventually(() => again.access.value.type === 'known');
    expect(again.access.value).toEqual(stale);
    await eventually(() => camera.heard.at(-1) === 'list');
    clock.advance(4_000);
    camera.access.change(grants(3));
    await comeBack();
    expect(await fresh(again)).toEqual(grants(3));
    await close(again);
  });

  test('says what is in the way where nothing is known', async () => {
    const { camera, open, clock, goOffline, listed, comeBack, close } = await setUp();
    await goOffline();
    const lending = await open();
    await listed(1);
    clock.advance(4_000);
    await eventually(() => lending.access.value.type === 'failed');
    expect(lending.access.value).toEqual({ type: 'failed', code: 'camera_offline' });
    camera.access.change(grants(1));
    await comeBack();
    expect(await fresh(lending)).toEqual(grants(1));
    await close(lending);
  });

  test('is forgotten by a phone that may not see it any more', async () => {
    const { camera, channel, open, records, close } = await setUp();
    const lending = await open();
    await fresh(lending);
    await eventually(() => records.accessLists.values.size === 1);
    await camera.end(channel, 'revoked');
    await eventually(() => lending.access.value.type === 'failed');
    expect(lending.access.value).toEqual({ type: 'failed', code: 'invalid_grant' });
    expect(records.accessLists.values.size).toBe(0);
    await close(lending);
  });

  test('is not taken from a storage that holds something else', async () => {
    const { camera, open, record, records, goOffline, listed, close } = await setUp();
    await records.accessLists.write(record.gid, [{ ...buildGrant(), name: 'two\nlines' }]);
    await goOffline();
    const lending = await open();
    await listed(1);
    expect(lending.access.value).toEqual({ type: 'loading' });
    await camera.rendezvous.close();
    await close(lending);
  });

  test('is not taken from a camera that says something else', async () => {
    const { camera, open, clock, listed, close } = await setUp();
    camera.access.entries = [{ ...buildGrant(), name: '' }];
    const lending = await open();
    await listed(1);
    clock.advance(4_000);
    await listed(2);
    clock.advance(4_000);
    await eventually(() => lending.access.value.type === 'failed');
    await close(lending);
  });

  test('is shared by all who have it open, and asked for until the last one closes it', async () => {
    const { clock, open, listed, heard, close } = await setUp();
    const [one, two] = await Promise.all([open(), open()]);
    await Promise.all([fresh(one), fresh(two)]);
    expect(heard('list')).toBe(1);
    one.close();
    one.close();
    clock.advance(10_000);
    await listed(2);
    await close(two);
  });

  test('of a camera that this phone does not have cannot be opened', async () => {
    const { desk, link } = await createLendingBench();
    await expect(desk.open('x'.repeat(22))).rejects.toMatchObject({ code: 'invalid_grant' });
    link.close();
  });
});
