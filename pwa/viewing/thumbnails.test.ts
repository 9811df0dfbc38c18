import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { buildCamera, buildLentCamera } from '../app/testing/fake-use-cases.ts';
import { openTestPicture } from '../app/testing/test-picture.ts';
import { Subject } from '../state/observable.ts';
import { MemoryRecords } from '../testing/memory-records.ts';
import type { CameraSummary, LastPicture } from './camera.ts';
import { Thumbnails } from './thumbnails.ts';

const gid = 'g'.repeat(22);
const own = buildCamera({ id: gid });

let records: MemoryRecords;
let shown: Subject<ReadonlyMap<string, LastPicture>>;
let video: HTMLVideoElement;

beforeEach(async () => {
  records = new MemoryRecords();
  shown = new Subject<ReadonlyMap<string, LastPicture>>(new Map());
  video = document.createElement('video');
  video.muted = true;
  video.srcObject = openTestPicture();
  document.body.append(video);
  await video.play();
});

afterEach(() => {
  document.body.replaceChildren();
  localStorage.removeItem('latchkey.no-last-pictures');
});

const create = () =>
  new Thumbnails({
    records,
    shown,
    clock: new FakeClock(),
    report: (error) => expect.unreachable(String(error)),
  });
const keep = (thumbnails: Thumbnails, cameras: readonly CameraSummary[] = [own]) =>
  thumbnails.keep(gid, video, () => cameras);

describe('the last picture of a camera', () => {
  test('is kept small, shown with its time, and there at the next visit', async () => {
    await keep(create());
    const picture = shown.value.get(gid);
    expect(picture?.at).toBe(Date.UTC(2030, 0, 1) / 1000);
    const image = await createImageBitmap(await (await fetch(picture?.url ?? '')).blob());
    expect(image.width).toBeLessThanOrEqual(320);
    shown.set(new Map());
    await create().open([own]);
    expect(shown.value.get(gid)?.at).toBe(picture?.at);
  });

  test('takes the place of the one before, which is let go', async () => {
    const thumbnails = create();
    await keep(thumbnails);
    const before = shown.value.get(gid)?.url ?? '';
    await keep(thumbnails);
    expect(shown.value.get(gid)?.url).not.toBe(before);
    await expect(fetch(before)).rejects.toThrow();
  });

  test.each([
    ['that was forgotten', []],
    ['whose time is over', [buildLentCamera({}, { id: gid, ending: 'expired' })]],
    ['that was taken back', [buildLentCamera({}, { id: gid, ending: 'revoked' })]],
    ['of which one may take no snapshots any more', [buildLentCamera({ scope: ['watch'] }, { id: gid })]],
  ] as const)(
    'of one %s is deleted, at once and at the next visit, and not kept again',
    async (_, cameras) => {
      const thumbnails = create();
      await keep(thumbnails);
      thumbnails.follow(cameras);
      await vi.waitFor(() => expect(records.values.size).toBe(0));
      expect(shown.value.size).toBe(0);
      await keep(thumbnails, cameras);
      expect(records.values.size).toBe(0);
      await keep(thumbnails);
      await create().open(cameras);
      expect([records.values.size, shown.value.size]).toEqual([0, 0]);
    },
  );

  test('is not kept where somebody said no, and what was there goes', async () => {
    const thumbnails = create();
    await keep(thumbnails);
    await thumbnails.setKept(false);
    expect([thumbnails.areKept, records.values.size, shown.value.size]).toEqual([false, 0, 0]);
    await keep(thumbnails);
    await create().open([own]);
    expect(records.values.size).toBe(0);
    await thumbnails.setKept(true);
    await keep(thumbnails);
    expect(records.values.size).toBe(1);
  });

  test.each([
    ['nothing of ours', 'x'],
    ['another name', { gid: 'h'.repeat(22), at: 1, jpeg: new Blob(['x']) }],
    ['more than a picture', { gid, at: 1, jpeg: new Blob([new Uint8Array(200_001)]) }],
  ])('that is damaged by %s is deleted', async (_, record) => {
    records.values.set(gid, record);
    await create().open([own]);
    expect([records.values.size, shown.value.size]).toEqual([0, 0]);
  });

  test('of a video that shows nothing is none', async () => {
    await create().keep(gid, document.createElement('video'), () => [own]);
    expect(records.values.size).toBe(0);
  });
});
