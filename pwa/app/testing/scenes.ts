import type { Platform } from '../../browser/platform.ts';
import type { ClaimState } from '../../pairing/claim-state.ts';
import { Subject } from '../../state/observable.ts';
import type { CameraSummary, LiveState } from '../../viewing/camera.ts';
import type { AppCopy } from '../service-worker.ts';
import { buildCamera, FakeLiveSession, FakeUseCases } from './fake-use-cases.ts';
import { openTestPicture } from './test-picture.ts';

/** The screens and states one can look at. */
export type SceneName = keyof typeof scenes;

const testLink = `https://example.org/#c1.${'A'.repeat(43)}.${'A'.repeat(22)}`;
const inTwoDays = Math.floor(Date.UTC(2026, 10, 24, 14) / 1000);
const threeCameras: readonly CameraSummary[] = [
  buildCamera({ id: 'front', name: 'Front door' }),
  buildCamera({ id: 'baby', name: 'Upstairs, the small room', presence: 'checking' }),
  buildCamera({ id: 'boat', name: 'The boat', presence: 'offline', role: 'guest', until: inTwoDays }),
];

/** Each makes the element to put on the page. */
export const scenes = {
  welcome: () => app({}),
  'welcome-update': () => app({ copy: 'update_ready' }),
  'ios-install': () => app({ platform: 'ios_browser' }),
  'ios-install-link': () => app({ platform: 'ios_browser', link: testLink }),
  scan: () => app({ path: '?scan' }),
  link: () => app({ path: '?link' }),
  claiming: () => app({ claim: { type: 'claiming', step: 'camera' } }),
  claimed: () =>
    app({ claim: { type: 'claimed', cameraId: 'front', cameraName: 'Front door', checkCode: '4071' } }),
  'claim-taken': () => app({ claim: { type: 'failed', code: 'already_claimed' } }),
  'claim-offline': () => app({ claim: { type: 'failed', code: 'camera_offline' } }),
  'one-camera': () => app({ cameras: [buildCamera()] }),
  cameras: () => app({ cameras: threeCameras }),
  'camera-menu': () => menuOpen(),
  'cameras-update': () => app({ cameras: threeCameras, copy: 'update_ready' }),
  connecting: () => live({ type: 'connecting', step: 'path' }, false),
  live: () => live({ type: 'live', path: 'direct' }, true),
  'live-check': () => liveAfterClaim(),
  reconnecting: () => live({ type: 'reconnecting', reason: 'path_lost' }, true),
  'camera-offline': () => live({ type: 'ended', code: 'camera_offline' }, false),
  revoked: () => live({ type: 'ended', code: 'revoked' }, true),
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
}

function app(stage: Stage): HTMLElement {
  const useCases = stage.useCases ?? new FakeUseCases(stage.cameras ?? []);
  if (stage.claim) useCases.claimState.set(stage.claim);
  history.replaceState({}, '', stage.path ?? './stage.html');
  return Object.assign(document.createElement('latchkey-app'), {
    useCases,
    updates: { state: new Subject<AppCopy>(stage.copy ?? 'unknown'), apply: () => undefined },
    platform: stage.platform ?? 'installed',
    deviceName: 'Computer',
    link: stage.link ?? (stage.claim ? testLink : ''),
  });
}

/** Opens the first camera's menu as soon as there is one to open. */
function menuOpen(): HTMLElement {
  const element = app({ cameras: threeCameras });
  requestAnimationFrame(() => {
    const page = element.shadowRoot?.querySelector('cameras-page');
    const card = page?.shadowRoot?.querySelector('lk-camera-card');
    card?.shadowRoot?.querySelector('lk-icon-button')?.click();
  });
  return element;
}

function live(state: LiveState, hasPicture: boolean): HTMLElement {
  return app({ useCases: buildLiveUseCases(state, hasPicture), path: '?camera=front' });
}

function liveAfterClaim(): HTMLElement {
  const useCases = buildLiveUseCases({ type: 'live', path: 'direct' }, true);
  return app({
    useCases,
    claim: { type: 'claimed', cameraId: 'front', cameraName: 'Front door', checkCode: '4071' },
  });
}

function buildLiveUseCases(state: LiveState, hasPicture: boolean): FakeUseCases {
  const useCases = new FakeUseCases([buildCamera({ id: 'front' })]);
  useCases.createSession = () => {
    const session = new FakeLiveSession();
    session.state.set(state);
    if (hasPicture) session.stream.set(openTestPicture());
    return session;
  };
  return useCases;
}
