import { html } from 'lit';
import { describe, expect, test, vi } from 'vitest';
import { buildCamera, buildLentCamera } from '../app/testing/fake-use-cases.ts';
import { find, mount, nextEvent, wordsOf } from '../ui/testing/mount.ts';
import type { CameraSummary } from './camera.ts';
import type { CameraForgetEvent, CameraRenameEvent, CameraSwitchEvent } from './camera-change-events.ts';
import type { CameraPickEvent, LendingOpenEvent } from './camera-events.ts';
import './camera-menu.ts';
import './cameras-page.ts';
import type { CamerasPage } from './cameras-page.ts';

const boat = buildLentCamera({ exp: 2_006_431_200 }, { id: 'boat', name: 'The boat', presence: 'offline' });

describe('cameras page', () => {
  test('says of each camera whether it answers, and until when it is lent', async () => {
    const page = await show();
    expect(wordsOf(page)).toContain('Front door Online');
    expect(wordsOf(page)).toMatch(/The boat Not reachable Lent until \d+ \w+, \d\d:\d\d/);
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

  test.each(['lend', 'access', 'log'] as const)('asks for the page "%s" of its camera', async (view) => {
    const page = await openMenu();
    const opened = nextEvent<LendingOpenEvent>(page, 'lending-open');
    const icons = { lend: 'key', access: 'people', log: 'history' } as const;
    await press(find(page, 'camera-menu') as CamerasPage, `lk-button[icon=${icons[view]}]`);
    expect([(await opened).cameraId, (await opened).view]).toEqual(['front-door', view]);
    expect(page.shadowRoot?.querySelector('camera-menu')).toBeNull();
  });

  test('says which camera is switched off and until when, and how many watch', async () => {
    const off = buildCamera({ off: { until: 2_006_431_200 } });
    const page = await show([off, buildCamera({ id: 'yard', name: 'Yard', watching: 2 })]);
    expect(wordsOf(page)).toMatch(/Front door Switched off until \d+ \w+, \d\d:\d\d/);
    expect(wordsOf(page)).toContain('Yard Online 2 watching');
  });

  test.each([
    [null, 'Switch off', true],
    [{ until: null }, 'Switch on', false],
  ] as const)('lets an owner switch (off: %o)', async (off, words, isOff) => {
    const page = await openMenu([buildCamera({ off })]);
    const switched = nextEvent<CameraSwitchEvent>(page, 'camera-switch');
    const menu = find(page, 'camera-menu') as CamerasPage;
    expect(wordsOf(menu)).toContain(words);
    await press(menu, 'lk-button[icon=power]');
    expect([(await switched).cameraId, (await switched).isOff]).toEqual(['front-door', isOff]);
  });

  test('does not offer a guest to switch it', async () => {
    const page = await openMenu([buildLentCamera({ scope: ['watch', 'control', 'lend'] })]);
    expect(find(page, 'camera-menu').shadowRoot?.querySelector('[icon=power]')).toBeNull();
  });

  test.each([
    [['watch'], 0, 'nothing'],
    [['watch', 'lend'], 2, 'lending and the list'],
  ] as const)('somebody with %o is offered %i things to do with lending: %s', async (scope, count, _what) => {
    const page = await openMenu([buildLentCamera({ scope })]);
    const offered = find(page, 'camera-menu').shadowRoot?.querySelectorAll(
      '[icon=key], [icon=people], [icon=history]',
    );
    expect(offered).toHaveLength(count);
  });

  test.each([
    ['expired', 'Ended Your time is up', 'Ask for more time'],
    ['revoked', 'Ended Your access was withdrawn', 'was taken back'],
  ] as const)(
    'says of one that is over (%s) why, shows no picture of it, and lets it be forgotten',
    async (ending, note, advice) => {
      const page = await show([buildLentCamera({}, { ending, presence: 'offline' })]);
      expect(wordsOf(page)).toContain(note);
      let isPicked = false;
      page.addEventListener('camera-pick', () => {
        isPicked = true;
      });
      find(find(page, 'lk-camera-card'), '.open').click();
      await page.updateComplete;
      const menu = find(page, 'camera-menu') as CamerasPage;
      await menu.updateComplete;
      expect(isPicked).toBe(false);
      expect(wordsOf(menu)).toContain(advice);
      await press(menu, 'lk-button[variant=danger]');
      const forgotten = nextEvent<CameraForgetEvent>(page, 'camera-forget');
      await press(menu, 'lk-button[variant=danger]');
      expect((await forgotten).cameraId).toBe('front-door');
    },
  );

  test('counts down what is left of a short look, in its own time', async () => {
    vi.useFakeTimers({ now: 1_000_000_000 });
    try {
      const page = await show([buildLentCamera({ exp: 1_000_000 + 601 })]);
      expect(wordsOf(page)).toContain('11 min left');
      await vi.advanceTimersByTimeAsync(1000);
      expect(wordsOf(page)).toContain('10:00 left');
      await vi.advanceTimersByTimeAsync(1000);
      expect(wordsOf(page)).toContain('9:59 left');
      page.remove();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('a change of presence behind an open menu leaves the menu open', async () => {
    const page = await openMenu();
    page.cameras = [buildCamera({ presence: 'offline' }), boat];
    await page.updateComplete;
    expect(page.shadowRoot?.querySelector('camera-menu')).not.toBeNull();
  });
});

function show(cameras = [buildCamera(), boat]): Promise<CamerasPage> {
  return mount<CamerasPage>(html`<cameras-page .cameras=${cameras}></cameras-page>`);
}

async function openMenu(cameras?: CameraSummary[]): Promise<CamerasPage> {
  const page = await show(cameras);
  find(find(page, 'lk-camera-card'), 'lk-icon-button').click();
  await page.updateComplete;
  return page;
}

async function press(menu: CamerasPage, selector: string): Promise<void> {
  await menu.updateComplete;
  find(menu, selector).click();
  await menu.updateComplete;
}
