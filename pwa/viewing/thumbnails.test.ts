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

/** The list of cameras, and what keeps their pictures. */
function create(known: readonly CameraSummary[] | null = [own]) {
  const cameras = new Subject(known);
  const thumbnails = new Thumbnails({
    ...{ records, shown, cameras, clock: new FakeClock() },
    report: (error) => expect.unreachable(String(error)),
  });
  const keep = () => thumbnails.keep(gid, video);
  return { thumbnails, cameras, keep };
}

describe('the last picture of a camera', () => {
  test('is kept small, shown with its time, and there at the next visit', async () => {
    await create().keep();
    const picture = shown.value.get(gid);
    expect(picture?.at).toBe(Date.UTC(2030, 0, 1) / 1000);
    const image = await createImageBitmap(await (await fetch(picture?.url ?? '')).blob());
    expect(image.width).toBeLessThanOrEqual(320);
    shown.set(new Map());
    const { cameras } = create(null);
    expect(records.values.size).toBe(1);
    cameras.set([own]);
    await vi.waitFor(() => expect(shown.value.get(gid)?.at).toBe(picture?.at));
  });

  test('takes the place of the one before, which is let go', async () => {
    const { keep } = create();
    await keep();
    const before = shown.value.get(gid)?.url ?? '';
    await keep();
    expect(shown.value.get(gid)?.url).not.toBe(before);
    await expect(fetch(before)).rejects.toThrow();
  });

  test.each([
    ['that was forgotten', []],
    ['whose time is over', [buildLentCamera({}, { id: gid, ending: 'expired' })]],
    ['that was taken back', [buildLentCamera({}, { id: gid, ending: 'revoked' })]],
    ['of which one may take no snapshots any more', [buildLentCamera({ scope: ['watch'] }, { id: gid })]],
  ] as const)('of one %s is deleted, at once and at the next visit, and not kept again', async (_, later) => {
    const { cameras, keep } = create();
    await keep();
    cameras.set(later);
    await vi.waitFor(() => expect([records.values.size, shown.value.size]).toEqual([0, 0]));
    await keep();
    expect(records.values.size).toBe(0);
    cameras.set([own]);
    await keep();
    create(later);
    await vi.waitFor(() => expect(records.values.size).toBe(0));
  });

  test('is kept soon, and again, while the video is on the page, and not after', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { thumbnails } = create();
      const keep = vi.spyOn(thumbnails, 'keep');
      thumbnails.watch(gid, video);
      thumbnails.watch(gid, video);
      vi.advanceTimersByTime(1_500);
      vi.advanceTimersByTime(20_000);
      expect(keep).toHaveBeenCalledTimes(2);
      video.remove();
      vi.advanceTimersByTime(60_000);
      expect([keep.mock.calls.length, vi.getTimerCount()]).toEqual([2, 0]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is not kept where somebody said no, and what was there goes', async () => {
    const { thumbnails, keep } = create();
    await keep();
    await thumbnails.setKept(false);
    expect([thumbnails.areKept, records.values.size, shown.value.size]).toEqual([false, 0, 0]);
    await keep();
    await create().keep();
    expect(records.values.size).toBe(0);
    await thumbnails.setKept(true);
    await keep();
    expect(records.values.size).toBe(1);
  });

  test.each([
    ['nothing of ours', 'x'],
    ['another name', { gid: 'h'.repeat(22), at: 1, jpeg: new Blob(['x']) }],
    ['more than a picture', { gid, at: 1, jpeg: new Blob([new Uint8Array(200_001)]) }],
  ])('that is damaged by %s is deleted', async (_, record) => {
    records.values.set(gid, record);
    create();
    await vi.waitFor(() => expect([records.values.size, shown.value.size]).toEqual([0, 0]));
  });

  test('of a video that shows nothing is none', async () => {
    await create().thumbnails.keep(gid, document.createElement('video'));
    expect(records.values.size).toBe(0);
  });
});
