import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { FakeControl } from '../app/testing/fake-control.ts';
import { buildCamera } from '../app/testing/fake-use-cases.ts';
import { eventually } from '../testing/eventually.ts';
import { find, mount, wordsOf } from '../ui/testing/mount.ts';
import './privacy-field.ts';
import type { PrivacyField } from './privacy-field.ts';

const nights = { tz: 'UTC', spans: [{ days: [1 as const], from: 0, until: 60 }] };

async function show(control = new FakeControl()) {
  const field = await mount<PrivacyField>(
    html`<privacy-field .camera=${buildCamera()} .openControl=${async () => control}></privacy-field>`,
  );
  await eventually(() => !wordsOf(field).includes('Asking'));
  return { field, control };
}

const toggle = (field: PrivacyField, label: string) =>
  find<HTMLButtonElement>(find(field, `lk-toggle[label="${label}"]`), 'button');
const isOn = (field: PrivacyField, label: string) => toggle(field, label).ariaChecked === 'true';

describe('the switch of a camera', () => {
  test('switches it off and on again, and says what that means', async () => {
    const { field, control } = await show();
    expect(wordsOf(field)).toContain('not even you');
    toggle(field, 'Switched off').click();
    await eventually(() => wordsOf(field).includes('Off until somebody switches it on'));
    toggle(field, 'Switched off').click();
    await eventually(() => wordsOf(field).includes('It is on'));
    expect(control.asked).toEqual([{ off: true }, { off: false }]);
  });

  test('can hold for a while', async () => {
    const { field, control } = await show();
    toggle(field, 'Switched off').click();
    await eventually(() => wordsOf(field).includes('An hour'));
    find(find(field, 'lk-chips'), 'input[value="3600"]').click();
    await eventually(() => control.privacy.until !== null);
    expect(control.privacy.until).toBeGreaterThan(Date.now() / 1000 + 3_500);
  });

  test('holds every week in hours that are written whole', async () => {
    const { field, control } = await show();
    toggle(field, 'Off every week').click();
    await field.updateComplete;
    const save = find<HTMLElement & { disabled: boolean }>(field, 'lk-button[variant=primary]');
    expect(save.disabled).toBe(true);
    find(find(field, 'hours-field'), 'button[value="2"]').click();
    await field.updateComplete;
    save.click();
    await eventually(() => control.privacy.hours !== null);
    expect(control.privacy.hours?.spans).toEqual([{ days: [2], from: 540, until: 720 }]);
    await eventually(() => field.shadowRoot?.querySelector('lk-button[variant=primary]') === null);
    toggle(field, 'Off every week').click();
    await eventually(() => control.privacy.hours === null);
  });

  test('that somebody else has moved is shown as it is', async () => {
    const { field, control } = await show();
    control.privacy = { off: true, until: null, why: 'schedule', hours: nights, revision: 3 };
    control.isStrict = true;
    toggle(field, 'Off every week').click();
    await field.updateComplete;
    find(find(field, 'hours-field'), 'button[value="2"]').click();
    await field.updateComplete;
    find(field, 'lk-button[variant=primary]').click();
    await eventually(() => wordsOf(field).includes('Somebody else'));
    expect(isOn(field, 'Switched off')).toBe(true);
    find(field, 'lk-button[variant=primary]').click();
    await eventually(() => control.privacy.revision === 4);
  });

  test('is asked again when the camera says that it was moved', async () => {
    const { field, control } = await show();
    control.privacy = { off: true, until: null, why: 'schedule', hours: nights, revision: 3 };
    field.camera = buildCamera({ off: { until: null } });
    await eventually(() => wordsOf(field).includes('Off by its schedule'));
    expect(isOn(field, 'Off every week')).toBe(true);
  });
});
