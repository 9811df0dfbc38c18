import type { MediaStateMessage } from '#shared/control-message.ts';
import type { Platform } from '../../browser/platform.ts';
import type { LoanState } from '../../lending/lending.ts';
import type { ClaimState } from '../../pairing/claim-state.ts';
import { Subject } from '../../state/observable.ts';
import { FakePort } from '../../testing/fake-port.ts';
import type { CameraSummary, LiveState } from '../../viewing/camera.ts';
import type { AppCopy } from '../service-worker.ts';
import { buildHealth, type FakeControl, NO_OFFERS } from './fake-control.ts';
import type { FakeLending } from './fake-lending.ts';
import { buildCamera, buildLentCamera, FakeLiveSession, FakeUseCases } from './fake-use-cases.ts';
import { buildBusyList, buildLending, lonelyList } from './lending-scenes.ts';
import { openTestPicture } from './test-picture.ts';

/** The screens and states one can look at. */
export type SceneName = keyof typeof scenes;

const testLink = `https://example.org/#c1.${'A'.repeat(43)}.${'A'.repeat(22)}`;
const lendLink = testLink.replace('#c1', '#l1');
const now = Math.floor(Date.now() / 1000);
const inTwoDays = Math.floor(Date.UTC(2026, 10, 24, 14) / 1000);
const mondays = {
  tz: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  spans: [{ days: [1] as const, from: 9 * 60, until: 12 * 60 }],
};
const threeCameras: readonly CameraSummary[] = [
  buildCamera({ id: 'front', name: 'Front door' }),
  buildCamera({ id: 'baby', name: 'Upstairs, the small room', presence: 'checking' }),
  buildLentCamera({ exp: inTwoDays }, { id: 'boat', name: 'The boat', presence: 'offline' }),
];
const lentCameras: readonly CameraSummary[] = [
  buildLentCamera({ exp: now + 12 * 60 }, { id: 'front', name: 'Front door' }),
  buildLentCamera({ hours: mondays }, { id: 'stable', name: 'The stable' }),
  buildLentCamera(
    { exp: now - 60 },
    { id: 'boat', name: 'The boat', presence: 'offline', ending: 'expired' },
  ),
];
const switchedOff = buildCamera({ id: 'front', off: { until: now + 3 * 3600 } });
const claimed: ClaimState = {
  type: 'claimed',
  cameraId: 'front',
  cameraName: 'Front door',
  role: 'owner',
  checkCode: '4071',
};

/** Each makes the element to put on the page. */
export const scenes = {
  welcome: () => app({}),
  'welcome-update': () => app({ copy: 'update_ready' }),
  'ios-install': () => app({ platform: 'ios_browser' }),
  'ios-install-link': () => app({ platform: 'ios_browser', link: testLink }),
  'ios-install-lent': () => app({ platform: 'ios_browser', link: lendLink }),
  scan: () => app({ path: '?scan' }),
  link: () => app({ path: '?link' }),
  claiming: () => app({ claim: { type: 'claiming', step: 'camera' } }),
  claimed: () => app({ claim: claimed }),
  'claim-taken': () => app({ claim: { type: 'failed', code: 'already_claimed' } }),
  'claim-offline': () => app({ claim: { type: 'failed', code: 'camera_offline' } }),
  borrowing: () => app({ link: lendLink, claim: { type: 'claiming', step: 'camera' } }),
  confirming: () => app({ link: lendLink, claim: { type: 'confirming', wasWrong: false } }),
  'confirming-again': () => app({ link: lendLink, claim: { type: 'confirming', wasWrong: true } }),
  'owner-too': () => app({ link: lendLink, claim: { ...claimed, checkCode: null } }),
  'borrow-withdrawn': () => app({ link: lendLink, claim: { type: 'failed', code: 'withdrawn' } }),
  'borrow-offline': () => app({ link: lendLink, claim: { type: 'failed', code: 'camera_offline' } }),
  'one-camera': () => app({ cameras: [buildCamera()] }),
  cameras: () => app({ cameras: threeCameras }),
  'cameras-lent': () => app({ cameras: lentCameras }),
  'camera-menu': () => menuOpen(threeCameras),
  'camera-ended': () => menuOpen([...lentCameras].reverse()),
  'cameras-update': () => app({ cameras: threeCameras, copy: 'update_ready' }),
  connecting: () => live({ type: 'connecting', step: 'path' }, false),
  live: () => live({ type: 'live', path: 'direct' }, true),
  'live-sound': () => liveWithSound({ listen: 'off', talk: 'off', show: 'off' }),
  'live-listening': () => liveWithSound({ listen: 'off', talk: 'off' }, 'Speaker'),
  'live-talking': () => liveWithSound({ listen: 'off', talk: 'off', show: 'off' }, 'Microphone', 'Speaker'),
  'live-sound-only': () => liveWithSound({ listen: 'off', talk: 'off', show: 'off' }, 'Speaker', 'Screen'),
  'live-lent': () => live({ type: 'live', path: 'relayed' }, true, lentCameras),
  'live-check': () => liveAfterClaim(),
  reconnecting: () => live({ type: 'reconnecting', reason: 'path_lost' }, true),
  'camera-offline': () => live({ type: 'ended', code: 'camera_offline' }, false),
  revoked: () => live({ type: 'ended', code: 'revoked' }, true),
  lend: () => lending('lend'),
  'lend-first': () => lending('lend', buildLending(lonelyList())),
  'lend-rights': () => lending('lend', buildLending(lonelyList()), { tap: ['lend-page', '.summary'] }),
  'lend-until': () => lending('lend', buildLending(lonelyList()), { tap: chip('until') }),
  'lend-hours': () => lending('lend', buildLending(lonelyList()), { tap: chip('hours') }),
  'lend-owner': () => lending('lend', buildLending(lonelyList()), { tap: chip('owner') }),
  'lend-on': () =>
    lending('lend', buildLending(lonelyList()), {
      cameras: [buildLentCamera({ scope: ['watch', 'lend'], exp: now + 7200 }, { id: 'front' })],
    }),
  loan: () => loan({ type: 'waiting' }),
  'loan-sending': () => loan({ type: 'sending' }),
  'loan-queued': () => loan({ type: 'queued' }),
  'loan-confirming': () => loan({ type: 'confirming' }),
  'loan-taken': () => loan({ type: 'taken', device: 'Android phone' }),
  'loan-expired': () => loan({ type: 'expired' }),
  'loan-withdrawn': () => loan({ type: 'withdrawn' }),
  'loan-refused': () => loan({ type: 'refused', code: 'too_many' }),
  'loan-missing': () => lending('loan', buildLending()),
  access: () => lending('access'),
  'access-stale': () =>
    lending('access', buildLending({ type: 'known', entries: buildBusyList(), isFresh: false })),
  'access-alone': () => lending('access', buildLending(lonelyList())),
  'access-loading': () => lending('access', buildLending({ type: 'loading' })),
  'access-failed': () => lending('access', buildLending({ type: 'failed', code: 'camera_offline' })),
  'access-own': () => lending('access', buildLending(lonelyList()), { tap: row(0) }),
  'access-guest': () => lending('access', buildLending(), { tap: row(2) }),
  'access-ended': () => lending('access', buildLending(), { tap: row(9) }),
  'access-link': () => lending('access', buildLending(undefined, { type: 'waiting' }), { tap: row(7) }),
  'access-lost': () =>
    lending('access', buildLending(lonelyList()), { tap: ['access-page', 'lk-button[icon=info]'] }),
  log: () => lending('log'),
  'log-broken': () => lending('log', buildLending(undefined, undefined, false)),
  'log-empty': () => lending('log', Object.assign(buildLending(), { log: [] })),
  settings: () => control('settings'),
  'settings-off': () =>
    control('settings', (fake) => {
      fake.privacy = { ...fake.privacy, off: true, why: 'hand' };
    }),
  'settings-hours': () =>
    control('settings', (fake) => {
      fake.privacy = { ...fake.privacy, off: true, why: 'schedule', until: now + 7200, hours: mondays };
    }),
  'settings-plain': () =>
    control('settings', (fake) => {
      fake.offers = NO_OFFERS;
    }),
  'settings-offline': () =>
    control('settings', (fake) => {
      fake.failure = 'camera_offline';
    }),
  health: () => control('health'),
  'health-warm': () =>
    control('health', (fake) => {
      fake.health = buildHealth({ temperature: 71.3, strains: { now: [], before: ['undervoltage'] } });
    }),
  'health-bad': () =>
    control('health', (fake) => {
      fake.health = buildHealth({ temperature: 83, strains: { now: ['undervoltage'], before: [] } });
    }),
  private: () => live({ type: 'ended', code: 'private' }, false, [switchedOff]),
  'cameras-off': () =>
    app({ cameras: [switchedOff, buildCamera({ id: 'yard', name: 'Yard', watching: 2 })] }),
  unsupported: () =>
    Object.assign(document.createElement('unsupported-page'), { missing: 'webrtc' as const }),
} satisfies Record<string, () => HTMLElement>;

interface Stage {
  readonly cameras?: readonly CameraSummary[];
  readonly path?: string;
  readonly platform?: Platform;
  readonly link?: string;
  readonly claim?: ClaimState;
  readonly copy?: AppCopy;
  readonly useCases?: FakeUseCases;
  /** Clicked as soon as it is there: selectors from one shadow root into the next, below the page. */
  readonly tap?: readonly string[];
}

function app(stage: Stage): HTMLElement {
  const useCases = stage.useCases ?? new FakeUseCases(stage.cameras ?? []);
  if (stage.claim) useCases.claimState.set(stage.claim);
  history.replaceState({}, '', stage.path ?? './stage.html');
  const element = Object.assign(document.createElement('latchkey-app'), {
    useCases,
    updates: { state: new Subject<AppCopy>(stage.copy ?? 'unknown'), apply: () => undefined },
    platform: stage.platform ?? 'installed',
    deviceName: 'Computer',
    link: stage.link ?? (stage.claim ? testLink : ''),
  });
  if (stage.tap) tapWhenThere(element, stage.tap);
  return element;
}

/** Opens the first camera's menu as soon as there is one to open. */
function menuOpen(cameras: readonly CameraSummary[]): HTMLElement {
  return app({ cameras, tap: ['cameras-page', 'lk-camera-card', 'lk-icon-button'] });
}

const chip = (value: string) => ['lend-page', 'lk-chips', `input[value="${value}"]`];
const row = (index: number) => ['access-page', `access-row >> ${index}`, 'button'];

/** A page comes to life with its code, some frames after it is drawn. */
function tapWhenThere(root: Element, path: readonly string[], framesLeft = 300): void {
  const target = path.reduce<Element | null>((element, step) => {
    const [selector = '', index = '0'] = step.split(' >> ');
    return element?.shadowRoot?.querySelectorAll(selector)[Number(index)] ?? null;
  }, pageOf(root));
  if (target instanceof HTMLElement) target.click();
  else if (framesLeft > 0) requestAnimationFrame(() => tapWhenThere(root, path, framesLeft - 1));
}

/** What the path of a tap starts from: the app, or what its page of lending is drawn in. */
function pageOf(root: Element): Element | null {
  return root.shadowRoot?.querySelector('lending-pages') ?? root;
}

function live(
  state: LiveState,
  hasPicture: boolean,
  cameras: readonly CameraSummary[] = [buildCamera({ id: 'front' })],
): HTMLElement {
  return app({ useCases: buildLiveUseCases(state, hasPicture, cameras), path: '?camera=front' });
}

function liveAfterClaim(): HTMLElement {
  const cameras = [buildCamera({ id: 'front' })];
  return app({
    useCases: buildLiveUseCases({ type: 'live', path: 'direct' }, true, cameras),
    claim: claimed,
  });
}

/** A camera that hears and speaks, with some of its switches tapped as soon as they are there. */
function liveWithSound(state: Partial<MediaStateMessage>, ...taps: readonly string[]): HTMLElement {
  const useCases = new FakeUseCases([buildCamera({ id: 'front' })]);
  useCases.createSession = () => {
    const session = new FakeLiveSession();
    const port = new FakePort({ stream: openTestPicture() });
    session.state.set({ type: 'live', path: 'direct' });
    session.stream.set(port.stream);
    port.answers = true;
    setTimeout(() => port.say(state), 100);
    return session;
  };
  const element = app({ useCases, path: '?camera=front' });
  for (const label of taps)
    tapWhenThere(element, ['live-page', 'sound-toggles', `[label=${label}]`, 'button']);
  return element;
}

function buildLiveUseCases(
  state: LiveState,
  hasPicture: boolean,
  cameras: readonly CameraSummary[],
): FakeUseCases {
  const useCases = new FakeUseCases(cameras);
  useCases.createSession = () => {
    const session = new FakeLiveSession();
    session.state.set(state);
    if (hasPicture) session.stream.set(openTestPicture());
    return session;
  };
  return useCases;
}

function lending(view: string, list: FakeLending = buildLending(), stage: Stage = {}): HTMLElement {
  const useCases = new FakeUseCases(stage.cameras ?? [buildCamera({ id: 'front' })]);
  useCases.createLending = () => list;
  return app({ path: `?${view}=front`, ...stage, useCases });
}

function control(view: string, change: (fake: FakeControl) => void = () => undefined): HTMLElement {
  const useCases = new FakeUseCases([buildCamera({ id: 'front' })]);
  change(useCases.control);
  return app({ path: `?${view}=front`, useCases });
}

function loan(state: LoanState): HTMLElement {
  return lending('loan', buildLending(undefined, state));
}
