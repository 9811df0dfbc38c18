import { html } from 'lit';
import { describe, expect, test, vi } from 'vitest';
import { buildCamera } from '../app/testing/fake-use-cases.ts';
import { find, mount, wordsOf } from '../ui/testing/mount.ts';
import { LendingError, type WatchLogPage, type WatchRecord } from './lending.ts';
import './log-page.ts';
import type { LogPage } from './log-page.ts';

const at = (day: number, hour: number, minute = 0) =>
  Math.floor(new Date(2026, 10, day, hour, minute).getTime() / 1000);
const record = (changes: Partial<WatchRecord>): WatchRecord => ({
  ...{ gid: 'a', name: 'Anna', from: at(24, 9), until: at(24, 9, 12), path: 'direct', isInterrupted: false },
  ...changes,
});

describe('who watched', () => {
  test('is told by day: who, from when until when, how long and how', async () => {
    const { page } = await show([
      {
        records: [
          record({}),
          record({ name: 'Kim', from: at(20, 23), until: at(20, 23) + 40, path: 'relayed' }),
        ],
        before: null,
        isGenuine: true,
        damagedAt: null,
      },
    ]);
    expect(wordsOf(page)).toContain('Anna 9:00–9:12, 12 min Straight from the camera');
    expect(wordsOf(page)).toContain('Friday 20 November Kim 23:00–23:00, 40 s Through a relay');
  });

  test.each([
    [{ until: null, path: null }, 'Anna Still watching Since 9:00, 5 h 30 min'],
    [{ until: null, path: null, isInterrupted: true }, 'Anna Cut off From 9:00'],
    [{ path: null }, 'Anna 9:00–9:12, 12 min'],
  ] as const)('says of %o how it ended, and of a path only what is known', async (changes, words) => {
    const { page } = await show([
      { records: [record(changes)], before: null, isGenuine: true, damagedAt: null },
    ]);
    expect(wordsOf(page)).toMatch(new RegExp(`${words}$`));
  });

  test('says that the camera signed it', async () => {
    const { page } = await show([{ records: [record({})], before: null, isGenuine: true, damagedAt: null }]);
    expect(wordsOf(page)).toContain('Signed by the camera, unbroken');
  });

  test('warns when one page of it does not hold, however far down', async () => {
    const { page } = await show([
      { records: [record({})], before: 5, isGenuine: true, damagedAt: null },
      { records: [record({ from: at(23, 9) })], before: null, isGenuine: false, damagedAt: null },
    ]);
    find(page, 'lk-button').click();
    await settle();
    expect(wordsOf(find(page, '[role=alert]'))).toContain('does not add up');
    expect(wordsOf(page)).not.toContain('unbroken');
  });

  test('warns of a log without a single viewing that does not hold, as one that was begun anew', async () => {
    const { page } = await show([{ records: [], before: null, isGenuine: false, damagedAt: null }]);
    expect(wordsOf(find(page, '[role=alert]'))).toContain('does not add up');
    expect(wordsOf(page)).not.toContain('Nobody has watched');
  });

  test.each([[[record({})]], [[]]])(
    'says that the camera found it damaged, with %o left',
    async (records) => {
      const { page } = await show([{ records, before: null, isGenuine: true, damagedAt: at(24, 8, 5) }]);
      expect(wordsOf(page)).toContain('Signed by the camera. It found its log damaged (8:05)');
      expect(wordsOf(page)).not.toContain('unbroken');
      expect(wordsOf(page)).not.toContain('Nobody has watched');
    },
  );

  test('is asked for page by page, to the end', async () => {
    const { page, asked } = await show([
      { records: [record({})], before: 7, isGenuine: true, damagedAt: null },
      { records: [record({ name: 'Ben' })], before: null, isGenuine: true, damagedAt: null },
    ]);
    find(page, 'lk-button').click();
    await settle();
    expect(asked).toEqual([null, 7]);
    expect(wordsOf(page)).toContain('Ben');
    expect(page.shadowRoot?.querySelector('lk-button')).toBeNull();
  });

  test('is nobody yet', async () => {
    const { page } = await show([{ records: [], before: null, isGenuine: true, damagedAt: null }]);
    expect(wordsOf(page)).toContain('Nobody has watched yet');
  });

  test('says why it did not come, keeps what is there, and tries again', async () => {
    const openLog = vi
      .fn()
      .mockResolvedValueOnce({ records: [record({})], before: 7, isGenuine: true })
      .mockRejectedValueOnce(new LendingError('camera_offline'))
      .mockResolvedValue({ records: [record({ name: 'Ben' })], before: null, isGenuine: true });
    const page = await mount<LogPage>(
      html`<log-page .camera=${buildCamera()} .openLog=${openLog}></log-page>`,
    );
    await settle();
    find(page, 'lk-button').click();
    await settle();
    expect(wordsOf(page)).toContain('Anna');
    expect(wordsOf(find(page, '[role=alert]'))).toContain('does not answer');
    find(page, 'lk-button').click();
    await settle();
    expect(wordsOf(page)).toContain('Ben');
    expect(openLog.mock.calls).toEqual([[null], [7], [7]]);
  });
});

async function show(pages: readonly WatchLogPage[]) {
  vi.useFakeTimers({ now: at(24, 14, 30) * 1000 });
  const asked: (number | null)[] = [];
  const openLog = async (before: number | null) => {
    asked.push(before);
    return pages[asked.length - 1];
  };
  const page = await mount<LogPage>(html`<log-page .camera=${buildCamera()} .openLog=${openLog}></log-page>`);
  await settle();
  vi.useRealTimers();
  return { page, asked };
}

async function settle(): Promise<void> {
  for (let depth = 0; depth < 12; depth += 1) await Promise.resolve();
}
