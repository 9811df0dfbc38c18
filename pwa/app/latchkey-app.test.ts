import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ClaimState } from '../pairing/claim-state.ts';
import { Subject } from '../state/observable.ts';
import { colourSchemes, findViolations, showScheme } from '../ui/testing/accessibility.ts';
import { find, nextEvent, wordsOf } from '../ui/testing/mount.ts';
import '../ui/tokens.css';
import { CameraForgetEvent } from '../viewing/camera-change-events.ts';
import { LendingOpenEvent } from '../viewing/camera-events.ts';
import '../viewing/camera-menu.ts';
import '../lending/lending-pages.ts';
import '../pairing/pages.ts';
import './install-card.ts';
import './ios-install-page.ts';
import './latchkey-app.ts';
import type { LatchkeyApp } from './latchkey-app.ts';
import type { AppCopy } from './service-worker.ts';
import { buildCamera, buildLentCamera, FakeUseCases } from './testing/fake-use-cases.ts';
import { type SceneName, scenes } from './testing/scenes.ts';
import './unsupported-page.ts';

const link = `https://example.org/#c1.${'A'.repeat(43)}.${'A'.repeat(22)}`;
const claimed: ClaimState = {
  type: 'claimed',
  cameraId: 'front-door',
  cameraName: 'Front door',
  role: 'owner',
  checkCode: '4071',
};
const lendLink = link.replace('#c1', '#l1');
const address = location.href;

afterEach(() => {
  document.body.replaceChildren();
  history.replaceState({}, '', address);
});

describe.each(colourSchemes)('in %s', (scheme) => {
  test.each(Object.keys(scenes) as SceneName[])(
    'the screen "%s" has nothing axe objects to',
    async (name) => {
      await showScheme(scheme);
      document.body.replaceChildren(scenes[name]());
      await settle();
      await drawn();
      expect(await findViolations(document.body)).toEqual([]);
    },
  );
});

describe('at the start', () => {
  test('nothing is drawn until it is known whether there are cameras', async () => {
    const { app } = await show({ useCases: new FakeUseCases(null) });
    expect(wordsOf(app)).toBe('');
  });

  test('a new user reads what this is and what to do', async () => {
    const { app } = await show({});
    expect(wordsOf(app)).toContain('Your camera. Your key. Nobody else.');
    expect(wordsOf(app)).toContain('Scan the camera’s code');
  });

  test('on an iPhone outside the home screen it says to install first, and does not use the link up', async () => {
    const { app, useCases } = await show({ platform: 'ios_browser', link });
    expect(wordsOf(app)).toContain('First, put Latchkey on your home screen');
    expect(useCases.claims).toHaveLength(0);
  });

  test('there too a link is used at once where the browser has cameras already', async () => {
    const useCases = new FakeUseCases([buildCamera()]);
    await show({ platform: 'ios_browser', link: lendLink, useCases });
    expect(useCases.claims.map((each) => each.link)).toEqual([lendLink]);
  });

  test('whoever stays in the browser there claims with the link all the same', async () => {
    const { app, useCases } = await show({ platform: 'ios_browser', link });
    await click(find(app, 'ios-install-page'), 'lk-button[variant=quiet]');
    expect(useCases.claims).toHaveLength(1);
  });
});

describe('a claim', () => {
  test('starts at once from a link, under this device’s name', async () => {
    const { useCases } = await show({ link });
    expect(useCases.claims.map((each) => [each.link, each.deviceName])).toEqual([[link, 'Test phone']]);
    expect(location.search).toBe('?claim');
  });

  test('shows the four digits, then the picture with the digits over it until they are compared', async () => {
    const { app, useCases } = await show({ link });
    useCases.cameras.set([buildCamera()]);
    useCases.claimState.set(claimed);
    await settle();
    expect(find(find(app, 'claim-page'), 'lk-check-code').getAttribute('code')).toBe('4071');
    await click(find(app, 'claim-page'), 'lk-button[variant=primary]');
    expect(location.search).toBe('?camera=front-door');
    useCases.sessions[0]?.state.set({ type: 'live', path: 'direct' });
    await settle();
    const banner = find(find(app, 'live-page'), 'lk-check-banner');
    await click(banner, '.match');
    expect(find(app, 'live-page').shadowRoot?.querySelector('lk-check-banner')).toBeNull();
  });

  test('goes on to the picture by itself', async () => {
    vi.useFakeTimers();
    try {
      const { app, useCases } = await show({ link });
      useCases.claimState.set(claimed);
      await settle();
      await vi.advanceTimersByTimeAsync(6000);
      await settle();
      expect(app.shadowRoot?.querySelector('live-page')).not.toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  test('is given back when the digits differ, and says what to do', async () => {
    const { app, useCases } = await show({ link });
    useCases.cameras.set([buildCamera()]);
    useCases.claimState.set(claimed);
    await settle();
    await click(find(app, 'claim-page'), 'lk-button[variant=quiet]');
    expect(useCases.cameras.value).toEqual([]);
    expect(wordsOf(app)).toContain('Another phone was first');
  });

  test('of a lent look leads to the picture at once, and nothing is left to compare', async () => {
    const { app, useCases } = await show({ link: lendLink });
    useCases.cameras.set([buildLentCamera()]);
    useCases.claimState.set({ ...claimed, role: 'guest', checkCode: null });
    await settle();
    expect(location.search).toBe('?camera=front-door');
    useCases.sessions[0]?.state.set({ type: 'live', path: 'direct' });
    await settle();
    expect(find(app, 'live-page').shadowRoot?.querySelector('lk-check-banner')).toBeNull();
  });

  test('hands the camera’s digits on', async () => {
    const { app, useCases } = await show({ link: lendLink });
    useCases.claimState.set({ type: 'confirming', wasWrong: false });
    await settle();
    const page = find(app, 'claim-page');
    const input = find<HTMLInputElement>(find(page, 'lk-digits-field'), 'input');
    input.value = '123456';
    input.dispatchEvent(new InputEvent('input'));
    await settle();
    await click(page, 'lk-button[variant=primary]');
    expect(useCases.codes).toEqual(['123456']);
  });

  test('is called off when the user goes back', async () => {
    const { app, useCases } = await show({ link });
    const gone = nextEvent(window, 'popstate');
    await click(find(find(app, 'claim-page'), 'lk-top-bar'), 'lk-icon-button');
    await gone;
    expect(useCases.claims[0]?.signal.aborted).toBe(true);
  });

  test('is tried again with the same link when the camera was not there', async () => {
    const { app, useCases } = await show({ link });
    useCases.claimState.set({ type: 'failed', code: 'camera_offline' });
    await settle();
    await click(find(app, 'claim-page'), 'lk-button[variant=primary]');
    expect(useCases.claims.map((each) => each.link)).toEqual([link, link]);
  });

  test('starts too from a link that the open app is sent to, which leaves the address at once', async () => {
    const { useCases } = await show({});
    location.hash = new URL(link).hash;
    await vi.waitFor(() => expect(useCases.claims).toHaveLength(1));
    expect(location.hash).toBe('');
  });
});

describe('lending', () => {
  test('takes two taps from the picture to a link, and back leads to the picture', async () => {
    const useCases = new FakeUseCases([buildCamera()]);
    const { app } = await show({ useCases });
    await click(find(find(app, 'cameras-page'), 'lk-camera-card'), '.open');
    await click(find(app, 'live-page'), 'lk-icon-button[icon=key]');
    const pages = find(app, 'lending-pages');
    await vi.waitFor(() => expect(find(pages, 'lend-page')).toBeTruthy());
    await click(find(pages, 'lend-page'), '.actions lk-button');
    await vi.waitFor(() => expect(location.search).toBe('?loan=front-door&of=loan-1'));
    expect(useCases.lendings[0]?.requests).toHaveLength(1);
    await vi.waitFor(() => expect(find(find(pages, 'loan-page'), 'loan-code')).toBeTruthy());
    history.back();
    await vi.waitFor(() => expect(location.search).toBe('?camera=front-door'));
    await vi.waitFor(() => expect(useCases.lendings[0]?.isClosed).toBe(true));
  });

  test('is opened from a camera’s menu, and its code with it', async () => {
    const useCases = new FakeUseCases([buildCamera()]);
    const { app } = await show({ useCases });
    find(app, 'cameras-page').dispatchEvent(new LendingOpenEvent('front-door', 'access'));
    await settle();
    expect(location.search).toBe('?access=front-door');
    await vi.waitFor(() => expect(useCases.lendings).toHaveLength(1));
  });

  test('leaves the page of a camera that is forgotten', async () => {
    history.replaceState(null, '', '?access=front-door');
    const useCases = new FakeUseCases([buildCamera(), buildCamera({ id: 'boat' })]);
    const { app } = await show({ useCases });
    find(app, 'lending-pages').dispatchEvent(new CameraForgetEvent('front-door'));
    await settle();
    expect(location.search).toBe('');
    expect(useCases.cameras.value?.map(({ id }) => id)).toEqual(['boat']);
  });
});

describe('home', () => {
  test('a tap on a camera opens it, and back closes it again', async () => {
    const { app, useCases } = await show({ useCases: new FakeUseCases([buildCamera()]) });
    await click(find(find(app, 'cameras-page'), 'lk-camera-card'), '.open');
    await vi.waitFor(() => expect(useCases.sessions).toHaveLength(1));
    history.back();
    await vi.waitFor(() => expect(app.shadowRoot?.querySelector('cameras-page')).not.toBeNull());
    expect(useCases.sessions[0]?.isClosed).toBe(true);
  });

  test('an update is offered and applied when asked for', async () => {
    const apply = vi.fn();
    const { app } = await show({ copy: 'update_ready', apply });
    await click(find(app, 'lk-toast'), '.accept');
    expect(apply).toHaveBeenCalledOnce();
  });

  test('says so when a camera could not be forgotten', async () => {
    const useCases = new FakeUseCases([buildCamera()]);
    vi.spyOn(useCases, 'forgetCamera').mockRejectedValue(new TypeError('storage'));
    const { app } = await show({ useCases });
    find(app, 'cameras-page').dispatchEvent(new CameraForgetEvent('front-door'));
    await settle();
    expect(wordsOf(find(app, 'lk-toast'))).toBe('That did not work. Please try again.');
  });

  test('news of the app waits for home, and leaves the way back of other pages free', async () => {
    history.replaceState(null, '', '?scan');
    const { app } = await show({ copy: 'update_ready' });
    expect(app.shadowRoot?.querySelector('scan-page')).not.toBeNull();
    expect(app.shadowRoot?.querySelector('lk-toast')).toBeNull();
  });

  test('a message that asks nothing goes by itself', async () => {
    vi.useFakeTimers();
    try {
      const { app } = await show({ copy: 'kept_offline' });
      expect(wordsOf(find(app, 'lk-toast'))).toBe('Ready to open without a network');
      await vi.advanceTimersByTimeAsync(5000);
      await settle();
      expect(app.shadowRoot?.querySelector('lk-toast')).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  test('the browser’s offer to install is held until there is a camera, and used once', async () => {
    localStorage.removeItem('latchkey.install-dismissed');
    const useCases = new FakeUseCases();
    const { app } = await show({ platform: 'browser', useCases });
    const prompt = vi.fn(() => Promise.resolve());
    const offer = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), { prompt });
    dispatchEvent(offer);
    await settle();
    expect(offer.defaultPrevented).toBe(true);
    expect(app.shadowRoot?.querySelector('install-card')).toBeNull();
    useCases.cameras.set([buildCamera()]);
    await settle();
    const card = find(app, 'install-card');
    expect(card.getBoundingClientRect().height).toBeGreaterThan(0);
    find(card, '.install').click();
    await settle();
    expect(prompt).toHaveBeenCalledOnce();
    expect(app.shadowRoot?.querySelector('install-card')).toBeNull();
  });
});

interface Show {
  readonly useCases?: FakeUseCases;
  readonly platform?: LatchkeyApp['platform'];
  readonly link?: string;
  readonly copy?: AppCopy;
  readonly apply?: () => void;
}

async function show(options: Show): Promise<{ app: LatchkeyApp; useCases: FakeUseCases }> {
  const useCases = options.useCases ?? new FakeUseCases();
  const app = Object.assign(document.createElement('latchkey-app'), {
    useCases,
    updates: {
      state: new Subject<AppCopy>(options.copy ?? 'unknown'),
      apply: options.apply ?? (() => undefined),
    },
    platform: options.platform ?? 'installed',
    deviceName: 'Test phone',
    link: options.link ?? '',
  });
  history.replaceState({}, '', './');
  document.body.replaceChildren(app);
  await settle();
  return { app, useCases };
}

async function click(root: Element, selector: string): Promise<void> {
  find(root, selector).click();
  await settle();
}

/** Lets a scene do its tap, which it does in the next frame, and what comes of that be drawn. */
async function drawn(): Promise<void> {
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  await settle();
}

/** Lets every element that has something to draw draw it: pages, and the elements in them. */
async function settle(): Promise<void> {
  for (let depth = 0; depth < 12; depth += 1) await Promise.resolve();
}
