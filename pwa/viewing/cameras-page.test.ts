import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { buildCamera } from '../app/testing/fake-use-cases.ts';
import { find, mount, nextEvent, wordsOf } from '../ui/testing/mount.ts';
import type { CameraForgetEvent, CameraRenameEvent } from './camera-menu.ts';
import './cameras-page.ts';
import type { CameraPickEvent, CamerasPage } from './cameras-page.ts';

const boat = buildCamera({
  id: 'boat',
  name: 'The boat',
  presence: 'offline',
  role: 'guest',
  until: 1_795_528_800,
});

describe('cameras page', () => {
  test('says of each camera whether it answers, and until when it is lent', async () => {
    const page = await show();
    expect(wordsOf(page)).toContain('Front door Online');
    expect(wordsOf(page)).toMatch(/The boat Not reachable Lent until 24 Nov, \d\d:\d\d/);
  });

  test('a tap picks that camera', async () => {
    const page = await show();
    const picked = nextEvent<CameraPickEvent>(page, 'camera-pick');
    find(find(page, 'li:nth-child(2) lk-camera-card'), '.open').click();
    expect((await picked).cameraId).toBe('boat');
  });

  test('renames after a name was given', async () => {
    const page = await openMenu();
    const menu = find(page, 'camera-menu') as CamerasPage;
    await press(menu, 'lk-button[icon=rename]');
    const input = find<HTMLInputElement>(find(menu, 'lk-text-field'), 'input');
    input.value = '  Garden ';
    input.dispatchEvent(new InputEvent('input'));
    const renamed = nextEvent<CameraRenameEvent>(page, 'camera-rename');
    await press(menu, 'lk-button[variant=primary]');
    expect([(await renamed).cameraId, (await renamed).cameraName]).toEqual(['front-door', 'Garden']);
  });

  test('forgets only after a second yes', async () => {
    const page = await openMenu();
    const menu = find(page, 'camera-menu') as CamerasPage;
    let isForgotten = false;
    page.addEventListener('camera-forget', () => {
      isForgotten = true;
    });
    await press(menu, 'lk-button[variant=danger]');
    expect(isForgotten).toBe(false);
    expect(wordsOf(menu)).toContain('Forget Front door?');
    const forgotten = nextEvent<CameraForgetEvent>(page, 'camera-forget');
    await press(menu, 'lk-button[variant=danger]');
    expect((await forgotten).cameraId).toBe('front-door');
  });

  test('a change of presence behind an open menu leaves the menu open', async () => {
    const page = await openMenu();
    page.cameras = [buildCamera({ presence: 'offline' }), boat];
    await page.updateComplete;
    expect(page.shadowRoot?.querySelector('camera-menu')).not.toBeNull();
  });
});

function show(): Promise<CamerasPage> {
  return mount<CamerasPage>(html`<cameras-page .cameras=${[buildCamera(), boat]}></cameras-page>`);
}

async function openMenu(): Promise<CamerasPage> {
  const page = await show();
  find(find(page, 'lk-camera-card'), 'lk-icon-button').click();
  await page.updateComplete;
  return page;
}

async function press(menu: CamerasPage, selector: string): Promise<void> {
  await menu.updateComplete;
  find(menu, selector).click();
  await menu.updateComplete;
}
