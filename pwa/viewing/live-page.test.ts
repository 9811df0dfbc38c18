import { html } from 'lit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildCamera, buildLentCamera, FakeLiveSession } from '../app/testing/fake-use-cases.ts';
import { openTestPicture } from '../app/testing/test-picture.ts';
import { FakePort, openTrack } from '../testing/fake-port.ts';
import { find, mount, nextEvent, wordsOf } from '../ui/testing/mount.ts';
import type { CameraSummary, LiveEndCode, LiveState } from './camera.ts';
import type { CameraSwitchEvent } from './camera-change-events.ts';
import type { ControlOpenEvent, LendingOpenEvent } from './camera-events.ts';
import { endAdvice } from './end-advice.ts';
import './live-page.ts';
import type { LivePage } from './live-page.ts';
import { canRetry, endHeading } from './live-text.ts';
import { nameSnapshot, takeSnapshot } from './snapshot.ts';

let session = new FakeLiveSession();
const opened: string[] = [];

beforeEach(() => {
  session = new FakeLiveSession();
  opened.length = 0;
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe('live page', () => {
  test('opens its camera at once, and closes the session when it is left', async () => {
    const page = await show({ type: 'connecting', step: 'rendezvous' });
    expect(opened).toEqual(['front']);
    page.remove();
    expect(session.isClosed).toBe(true);
  });

  test('opens another camera in its place when it is given one', async () => {
    const page = await show({ type: 'live', path: 'direct' });
    const first = session;
    session = new FakeLiveSession();
    page.cameraId = 'back';
    await page.updateComplete;
    expect(first.isClosed).toBe(true);
    expect(opened).toEqual(['front', 'back']);
  });

  test.each<[LiveState, string]>([
    [{ type: 'connecting', step: 'camera' }, 'Asking the camera'],
    [{ type: 'live', path: 'direct' }, 'Live, straight from the camera'],
    [{ type: 'live', path: 'relayed' }, 'Live, through a relay'],
    [{ type: 'reconnecting', reason: 'no_frames' }, 'The picture stopped. Fetching it again'],
    [{ type: 'reconnecting', reason: 'path_lost' }, 'Connection lost. Finding it again'],
    [{ type: 'reconnecting', reason: 'resumed' }, 'Welcome back. Fetching the picture'],
    [{ type: 'reconnecting', reason: 'gone' }, 'The camera is unplugged. It comes back by itself'],
    [{ type: 'reconnecting', reason: 'busy' }, 'Another program has the camera. Waiting for it'],
    [{ type: 'ended', code: 'expired' }, 'Your time is up'],
  ])('says %o in words, to a screen reader too', async (state, words) => {
    expect(wordsOf(find(await show(state), '[role=status]'))).toBe(words);
  });

  test.each<LiveEndCode>([
    'camera_offline',
    'rendezvous_offline',
    'refused',
    'revoked',
    'expired',
    'not_yet',
    'outside_hours',
    'clock_unsynced',
    'capture_failed',
    'unsupported',
  ])(
    'says why it ended with %s, shows no old frame, and lets one try again where that may help',
    async (code) => {
      const page = await show({ type: 'ended', code }, openTestPicture());
      await vi.waitFor(() =>
        expect(wordsOf(find(page, '[role=alert]'))).toBe(`${endHeading(code)} ${endAdvice(code)}`),
      );
      expect(find<HTMLVideoElement>(find(page, 'lk-picture'), 'video').srcObject).toBeNull();
      expect(wordsOf(page).includes('Try again')).toBe(canRetry(code));
    },
  );

  test('of a camera that is switched off says until when, lets owners switch it on, and fetches the picture then', async () => {
    const page = await show({ type: 'ended', code: 'private' });
    expect(wordsOf(page)).toContain('Try again');
    page.camera = buildCamera({ off: { until: 2_006_431_200 } });
    await page.updateComplete;
    await vi.waitFor(() =>
      expect(wordsOf(find(page, '[role=alert]'))).toMatch(/switched off Until \d+ \w+, \d\d:\d\d nobody/),
    );
    const switched = nextEvent<CameraSwitchEvent>(page, 'camera-switch');
    find(page, '.end-actions lk-button').click();
    expect((await switched).isOff).toBe(false);
    page.camera = buildCamera();
    await page.updateComplete;
    expect(session.retries).toBe(1);
  });

  test('leads whoever may control the camera to its settings, and nobody else', async () => {
    const page = await show({ type: 'live', path: 'direct' });
    page.camera = buildLentCamera({ scope: ['watch', 'control'] });
    await page.updateComplete;
    const opened = nextEvent<ControlOpenEvent>(page, 'control-open');
    find(page, 'lk-icon-button[icon=settings]').click();
    expect((await opened).view).toBe('settings');
    page.camera = buildLentCamera();
    await page.updateComplete;
    expect(page.shadowRoot?.querySelector('[icon=settings]')).toBeNull();
  });

  test('offers a guest no switch', async () => {
    const page = await show({ type: 'ended', code: 'private' });
    page.camera = buildLentCamera({}, { off: { until: null } });
    await page.updateComplete;
    expect(wordsOf(page)).not.toContain('Switch it on');
    expect(wordsOf(page)).toContain('Try again');
  });

  test('tells an owner how many watch, once it is more than this phone', async () => {
    const page = await show({ type: 'live', path: 'direct' });
    page.camera = buildCamera({ watching: 1 });
    await page.updateComplete;
    expect(wordsOf(page)).not.toContain('watching');
    page.camera = buildCamera({ watching: 2 });
    await page.updateComplete;
    expect(wordsOf(page)).toContain('Live, straight from the camera · 2 watching');
  });

  test('tries again when asked to', async () => {
    const page = await show({ type: 'ended', code: 'camera_offline' });
    find(page, 'lk-button[variant=primary]').click();
    expect(session.retries).toBe(1);
  });

  test('its controls go after 3 s without a touch, and come on a tap', async () => {
    vi.useFakeTimers();
    const page = await show({ type: 'live', path: 'direct' });
    const overlay = find(page, '.overlay');
    expect(overlay.classList).not.toContain('quiet-time');
    await vi.advanceTimersByTimeAsync(3000);
    expect(overlay.classList).toContain('quiet-time');
    find(page, 'lk-picture').dispatchEvent(new PointerEvent('click', { pointerType: 'touch' }));
    await page.updateComplete;
    expect(overlay.classList).not.toContain('quiet-time');
  });

  test('its controls stay while there is no live picture', async () => {
    vi.useFakeTimers();
    const page = await show({ type: 'connecting', step: 'path' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(find(page, '.overlay').classList).not.toContain('quiet-time');
  });

  test('has nothing to switch of a camera that neither hears nor speaks', async () => {
    const page = await show({ type: 'live', path: 'direct' }, new FakePort().stream);
    expect(page.shadowRoot?.querySelectorAll('sound-toggles, sound-signs')).toHaveLength(0);
  });

  test('has the switches once the camera says what there is, and is silent until one listens', async () => {
    const port = new FakePort();
    const page = await show({ type: 'live', path: 'direct' }, port.stream);
    port.say({ listen: 'off' });
    const toggles = await vi.waitFor(() => find(page, 'sound-toggles'));
    const video = find<HTMLVideoElement>(find(page, 'lk-picture'), 'video');
    expect(video.muted).toBe(true);
    await vi.waitFor(() => find(toggles, '[label=Speaker]').click());
    port.say({ listen: 'on' });
    await vi.waitFor(() => expect(video.muted).toBe(false));
    expect(wordsOf(find(find(page, 'sound-signs'), '[role=status]'))).toBe('This camera’s microphone is on');
    page.remove();
    expect(port.said.at(-1)).toMatchObject({ picture: true, listen: false });
  });

  test('closes the phone’s microphone when the viewing is over', async () => {
    const track = openTrack('audio');
    const opening = vi.spyOn(navigator.mediaDevices, 'getUserMedia');
    opening.mockResolvedValue(new MediaStream([track]));
    const port = new FakePort();
    const page = await show({ type: 'live', path: 'direct' }, port.stream);
    port.say({ talk: 'off' });
    const toggles = await vi.waitFor(() => find(page, 'sound-toggles'));
    await vi.waitFor(() => find(toggles, '[label=Microphone]').click());
    await vi.waitFor(() => expect(port.said.at(-1)).toMatchObject({ talk: true }));
    session.state.set({ type: 'ended', code: 'private' });
    await vi.waitFor(() => expect(track.readyState).toBe('ended'));
    opening.mockRestore();
  });

  test('can do without the picture, and says so', async () => {
    const port = new FakePort();
    const page = await show({ type: 'live', path: 'direct' }, port.stream);
    port.say({ listen: 'off' });
    const toggles = await vi.waitFor(() => find(page, 'sound-toggles'));
    await vi.waitFor(() => find(toggles, '[label=Screen]').click());
    await vi.waitFor(() =>
      expect(wordsOf(find(find(page, 'sound-signs'), '.rest'))).toBe('The screen is off.'),
    );
    expect(port.said).toEqual([{ type: 'media', picture: false, listen: false, talk: false, show: false }]);
  });

  test('back is asked for by its button', async () => {
    const page = await show({ type: 'live', path: 'direct' });
    const back = nextEvent(page, 'back');
    find(page, 'header lk-icon-button').click();
    await back;
  });

  test('keeps the screen on while it is live, and only then', async () => {
    const lock = Object.assign(new EventTarget(), {
      released: false,
      type: 'screen',
      release: vi.fn(async () => undefined),
    });
    const request = vi
      .spyOn(navigator.wakeLock, 'request')
      .mockResolvedValue(lock as unknown as WakeLockSentinel);
    const page = await show({ type: 'live', path: 'direct' });
    await vi.waitFor(() => expect(request).toHaveBeenCalledOnce());
    await page.updateComplete;
    session.state.set({ type: 'ended', code: 'revoked' });
    await vi.waitFor(() => expect(lock.release).toHaveBeenCalledOnce());
    request.mockRestore();
  });
});

describe('a camera that was lent', () => {
  const live: LiveState = { type: 'live', path: 'direct' };

  test('one tap asks to lend it on, where one may', async () => {
    const page = await show(live, null, buildLentCamera({ scope: ['watch', 'lend'] }, { id: 'front' }));
    const opened = nextEvent<LendingOpenEvent>(page, 'lending-open');
    find(page, 'lk-icon-button[icon=key]').click();
    expect([(await opened).cameraId, (await opened).view]).toEqual(['front', 'lend']);
  });

  test('offers neither a snapshot nor lending to somebody who may only watch', async () => {
    const page = await show(live, null, buildLentCamera({ scope: ['watch'] }));
    expect(page.shadowRoot?.querySelectorAll('[icon=key], [icon=snapshot]')).toHaveLength(0);
  });

  test('tells how much time is left, by the second at last, and leaves no timer', async () => {
    vi.useFakeTimers({ now: 1_000_000_000 });
    const page = await show(live, null, buildLentCamera({ exp: 1_000_000 + 12 * 60 }));
    expect(wordsOf(find(page, '[role=timer]'))).toBe('12 min left');
    page.camera = buildLentCamera({ exp: 1_000_000 + 40 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(wordsOf(find(page, '[role=timer]'))).toBe('0:30 left');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(wordsOf(find(page, '[role=timer]'))).toBe('Time is up');
    page.remove();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ['not_yet', { nbf: 2_000_000_000 }, /begins on \d+ May, \d\d:\d\d/],
    [
      'outside_hours',
      { hours: { tz: 'UTC', spans: [{ days: [1], from: 540, until: 720 }] } },
      /Mondays 9–12/,
    ],
  ] as const)('says when to come back after %s', async (code, terms, words) => {
    const page = await show({ type: 'ended', code }, null, buildLentCamera(terms));
    await vi.waitFor(() => expect(wordsOf(find(page, '[role=alert]'))).toMatch(words));
  });
});

describe('snapshot', () => {
  test('is the frame in its full resolution', async () => {
    const page = await show({ type: 'live', path: 'direct' }, openTestPicture());
    const video = find<HTMLVideoElement>(find(page, 'lk-picture'), 'video');
    const picture = await vi.waitFor(async () => {
      const taken = await takeSnapshot(video);
      if (!taken) throw new TypeError('no frame yet');
      return taken;
    });
    const { width, height } = await createImageBitmap(picture);
    expect([picture.type, width, height]).toEqual(['image/jpeg', 1280, 720]);
  });

  test('is said to be saved for a moment, then the state is said again', async () => {
    const page = await show({ type: 'live', path: 'direct' }, openTestPicture());
    await vi.waitFor(() =>
      expect(find<HTMLVideoElement>(find(page, 'lk-picture'), 'video').videoWidth).toBe(1280),
    );
    const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue();
    find(page, 'lk-icon-button[icon=snapshot]').click();
    await vi.waitFor(() => expect(wordsOf(find(page, '[role=status]'))).toContain('Snapshot saved'));
    expect(clicked).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect(wordsOf(find(page, '[role=status]'))).toMatch(/^Live/), { timeout: 4000 });
    clicked.mockRestore();
  });

  test('is nothing before the first frame', async () => {
    expect(await takeSnapshot(document.createElement('video'))).toBeNull();
  });

  test('has a name that is safe as a file’s', () => {
    const time = new Date(2026, 2, 1, 14, 5, 9);
    expect(nameSnapshot('../Küche: <1>', time)).toBe('Küche 1 2026-03-01 14.05.09.jpg');
    expect(nameSnapshot('///', time)).toBe('Camera 2026-03-01 14.05.09.jpg');
  });
});

async function show(
  state: LiveState,
  stream: MediaStream | null = null,
  camera: CameraSummary | null = buildCamera({ id: 'front' }),
): Promise<LivePage> {
  session.state.set(state);
  session.stream.set(stream);
  const open = (id: string) => {
    opened.push(id);
    return session;
  };
  const page = await mount<LivePage>(
    html`<live-page cameraId="front" .camera=${camera} .openCamera=${open}></live-page>`,
  );
  for (let depth = 0; depth < 8; depth += 1) await Promise.resolve();
  return page;
}
