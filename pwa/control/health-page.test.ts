import { html } from 'lit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { buildHealth, FakeControl } from '../app/testing/fake-control.ts';
import { buildCamera } from '../app/testing/fake-use-cases.ts';
import { mount, wordsOf } from '../ui/testing/mount.ts';
import './health-page.ts';
import { sourceRate, viewRate } from '#shared/health-rates.ts';
import type { HealthPage } from './health-page.ts';
import { diskSentence, heatSentence, powerSentence, rateWords, summaryOf } from './health-text.ts';

afterEach(() => vi.useRealTimers());

const show = (control: FakeControl) =>
  mount<HealthPage>(
    html`<health-page .camera=${buildCamera()} .openControl=${async () => control}></health-page>`,
  );

describe('the health of a camera', () => {
  test('is said in plain words, with how much flows once it was asked twice, and no more when it is left', async () => {
    vi.useFakeTimers();
    const control = new FakeControl();
    const page = await show(control);
    await vi.advanceTimersByTimeAsync(100);
    expect(wordsOf(page)).toContain('All is well');
    expect(wordsOf(page)).toContain('Made Measuring');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(wordsOf(page)).toContain('Made 30 pictures a second, 2.1 Mbit a second');
    expect(wordsOf(page)).toContain('To Anna 22 pictures a second');
    expect(wordsOf(page)).toContain('8 a second left out');
    page.remove();
    const { length } = control.asked;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(control.asked).toHaveLength(length);
  });

  test('of one that does not answer is asked for on and on', async () => {
    vi.useFakeTimers();
    const control = new FakeControl();
    control.failure = 'camera_offline';
    const page = await show(control);
    await vi.advanceTimersByTimeAsync(100);
    expect(wordsOf(page)).toContain('does not answer');
    control.failure = null;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(wordsOf(page)).toContain('All is well');
    page.remove();
  });
});

describe('its words', () => {
  test.each([
    [{}, 'good', 'All is well'],
    [{ temperature: 71 }, 'warning', 'Warm: 71 °C, fine until 80'],
    [{ temperature: 84 }, 'bad', 'Too hot: 84 °C. Give it air'],
    [{ temperature: 71, strains: { now: ['undervoltage' as const], before: [] } }, 'bad', 'Too little power'],
    [{ disk_free: 1_000_000 }, 'bad', 'Nearly full: 1 MB free'],
    [{ load: 1.4 }, 'warning', 'All its cores are busy'],
  ])('for %o begin with what is worst', (change, kind, words) => {
    expect(summaryOf(buildHealth(change))).toEqual({ kind, words });
  });

  test('say what a machine does not tell', () => {
    expect([heatSentence(null), powerSentence(null), diskSentence(null)]).toEqual(
      Array(3).fill('Its machine does not say'),
    );
  });
});

describe('how much flows', () => {
  const now = buildHealth();
  const later = {
    ...now,
    at_ms: now.at_ms + 2_000,
    picture: { ...now.picture, pictures: 330, bytes: 1_750_000 },
  };

  test('is what came between two looks', () => {
    expect(sourceRate(now, later)).toEqual({ picturesPerSecond: 15, bitsPerSecond: 1_000_000 });
    expect(rateWords(sourceRate(now, later))).toBe('15 pictures a second, 1.0 Mbit a second');
  });

  test.each([
    ['there was one look', null, later],
    ['the camera was started between', now, { ...later, since: 2 }],
    ['its clock was set back', later, now],
    ['it was counted anew', now, { ...later, picture: { ...later.picture, pictures: 3 } }],
  ])('is not known where %s', (_, before, after) => {
    expect(sourceRate(before, after)).toBeNull();
  });

  test('to somebody is not known where it was somebody else', () => {
    const [first, second] = now.views;
    if (!first || !second) throw new TypeError('two views');
    expect(viewRate(now, { ...later, views: [second, first] }, 0)).toBeNull();
    expect(viewRate(now, later, 0)).toEqual({ picturesPerSecond: 0, bitsPerSecond: 0 });
  });
});
