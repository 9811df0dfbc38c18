import { trustedScriptUrl } from '../browser/trusted-script-url.ts';
import type { Observable } from '../state/observable.ts';
import { Subject } from '../state/observable.ts';

/** How the copy of the app that this phone keeps stands to the newest one. */
export type AppCopy = 'unknown' | 'kept_offline' | 'update_ready';

/** Registers the service worker and tells of its updates. */
export interface AppUpdates {
  readonly state: Observable<AppCopy>;
  /** Puts the new version in place and loads the page again. */
  apply(): void;
}

/** How often an open page asks for a new version, in ms. */
const checkIntervalMs = 60 * 60 * 1000;

/** Starts the service worker at `url`; where there is none the state stays `unknown`. */
export function startServiceWorker(url: string): AppUpdates {
  const state = new Subject<AppCopy>('unknown');
  let waiting: ServiceWorker | null = null;
  const container = 'serviceWorker' in navigator ? navigator.serviceWorker : null;

  container?.register(trustedScriptUrl(url), { scope: './' }).then(
    (registration) => {
      watchRegistration(registration, (worker) => {
        waiting = worker;
        state.set('update_ready');
      });
      if (!container.controller) registration.installing?.addEventListener('statechange', announceOffline);
      setInterval(() => void registration.update().catch(ignoreOffline), checkIntervalMs);
    },
    () => state.set('unknown'),
  );

  function announceOffline(this: ServiceWorker): void {
    if (this.state === 'activated') state.set('kept_offline');
  }

  return {
    state,
    apply() {
      if (!waiting) return;
      container?.addEventListener('controllerchange', () => location.reload(), { once: true });
      waiting.postMessage({ type: 'SKIP_WAITING' });
    },
  };
}

/** Calls `onWaiting` when a new version is installed and waits for the old one to go. */
function watchRegistration(
  registration: ServiceWorkerRegistration,
  onWaiting: (worker: ServiceWorker) => void,
): void {
  if (registration.waiting && registration.active) onWaiting(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    if (!worker || !registration.active) return;
    worker.addEventListener('statechange', () => {
      if (worker.state === 'installed') onWaiting(worker);
    });
  });
}

function ignoreOffline(): null {
  return null; // No network: the next check comes in an hour.
}
