import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { FakeControl, NO_OFFERS } from '../app/testing/fake-control.ts';
import { buildCamera, buildLentCamera } from '../app/testing/fake-use-cases.ts';
import { eventually } from '../testing/eventually.ts';
import { find, mount, nextEvent, wordsOf } from '../ui/testing/mount.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import type { ControlOpenEvent } from '../viewing/camera-events.ts';
import './settings-page.ts';
import type { SettingsPage } from './settings-page.ts';

const kept = {
  areKept: true,
  async setKept(isKept: boolean): Promise<void> {
    this.areKept = isKept;
  },
};

async function show(camera: CameraSummary = buildCamera(), control = new FakeControl()) {
  const page = await mount<SettingsPage>(html`<settings-page
    .camera=${camera}
    .openControl=${async () => control}
    .openThumbnails=${async () => kept}
  ></settings-page>`);
  await eventually(() => !wordsOf(page).includes('Asking'));
  return { page, control };
}

const chip = (page: SettingsPage, label: string, value: string) =>
  find<HTMLInputElement>(find(page, `lk-chips[label="${label}"]`), `input[value="${value}"]`);
const chosen = (page: SettingsPage, label: string) =>
  find<HTMLInputElement>(find(page, `lk-chips[label="${label}"]`), 'input:checked').value;
const pick = (page: SettingsPage, label: string, value: string) => chip(page, label, value).click();

describe('the settings of a camera', () => {
  test('show what the camera says', async () => {
    const { page } = await show();
    expect([chosen(page, 'Size'), chosen(page, 'Turned')]).toEqual(['1280x720', '0']);
    expect(wordsOf(page)).toContain('Pi camera, hardware encoder.');
  });

  test.each([
    ['Size', '640x360', { width: 640, height: 360 }],
    ['Pictures a second', '15', { frame_rate: 15 }],
    ['Quality, at most', '500000', { max_bitrate: 500_000 }],
    ['Turned', '180', { rotation: 180 }],
    ['Brightness', '-1', { exposure: -1 }],
  ])('count at once: %s', async (label, value, change) => {
    const { page, control } = await show();
    pick(page, label, value);
    await eventually(() => control.asked.length === 1);
    expect(control.asked).toEqual([change]);
    await page.updateComplete;
    expect(chosen(page, label)).toBe(value);
  });

  test('that are tapped while one is on its way go along with the next, and none is lost', async () => {
    const { page, control } = await show();
    const answered = Promise.withResolvers<void>();
    control.untilAnswer = () => answered.promise;
    pick(page, 'Turned', '90');
    await eventually(() => control.asked.length === 1);
    pick(page, 'Turned', '180');
    pick(page, 'Pictures a second', '5');
    answered.resolve();
    await eventually(() => control.asked.length === 2);
    expect(control.asked).toEqual([{ rotation: 90 }, { rotation: 180, frame_rate: 5 }]);
    await eventually(() => control.values.frame_rate === 5);
    await page.updateComplete;
    expect(chosen(page, 'Turned')).toBe('180');
  });

  test('that are refused are shown as they are, with the reason', async () => {
    const { page, control } = await show();
    control.failure = 'not_stored';
    pick(page, 'Size', '640x360');
    await eventually(() => wordsOf(page).includes('could not write it down'));
    expect(chosen(page, 'Size')).toBe('1280x720');
  });

  test('go back to how the camera was set up', async () => {
    const { page, control } = await show();
    find(page, 'lk-button[icon=retry]').click();
    await eventually(() => control.asked.length === 1);
    expect(Object.values(control.asked[0] ?? {})).toEqual(Array(7).fill(null));
  });

  test('that the camera does not have are not offered, and why is said', async () => {
    const control = new FakeControl();
    control.offers = NO_OFFERS;
    const { page } = await show(buildCamera(), control);
    expect(page.shadowRoot?.querySelector('lk-chips')).toBeNull();
    expect(wordsOf(page)).toContain('decides size and rate, and quality for itself');
  });

  test('of a camera that does not answer can be asked for again', async () => {
    const control = new FakeControl();
    control.failure = 'camera_offline';
    const { page } = await show(buildLentCamera({ scope: ['watch', 'control'] }), control);
    await eventually(() => wordsOf(page).includes('does not answer'));
    control.failure = null;
    find(page, 'lk-button[icon=retry]').click();
    await eventually(() => page.shadowRoot?.querySelector('lk-chips') != null);
  });

  test('lead an owner to how it is doing, and nobody else', async () => {
    const { page } = await show();
    const opened = nextEvent<ControlOpenEvent>(page, 'control-open');
    find(page, 'lk-button[icon=pulse]').click();
    expect([(await opened).cameraId, (await opened).view]).toEqual(['front-door', 'health']);
    const { page: guests } = await show(buildLentCamera({ scope: ['watch', 'control'] }));
    expect(guests.shadowRoot?.querySelector('[icon=pulse], privacy-field')).toBeNull();
  });

  test('keep the last picture on this phone, or not, for whoever may take snapshots', async () => {
    const { page } = await show(buildLentCamera({ scope: ['watch', 'snapshot'] }));
    await eventually(() => page.shadowRoot?.querySelector('lk-toggle') != null);
    find<HTMLElement>(find(page, 'lk-toggle'), 'button').click();
    expect(kept.areKept).toBe(false);
    const { page: others } = await show(buildLentCamera({ scope: ['watch'] }));
    expect(others.shadowRoot?.querySelector('lk-toggle')).toBeNull();
  });
});
