import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Keeps the screen on while it is asked to (W3C Screen Wake Lock); the system takes the lock when the page is hidden. */
export class WakeLockController implements ReactiveController {
  #isWanted = false;
  #lock: WakeLockSentinel | null = null;

  constructor(host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#handleVisibility);
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#handleVisibility);
    this.keep(false);
  }

  /** Says whether the screen shall stay on. */
  keep(isWanted: boolean): void {
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    void this.#follow();
  }

  readonly #handleVisibility = (): void => void this.#follow();

  async #follow(): Promise<void> {
    const lock = this.#lock;
    if (!this.#isWanted) {
      this.#lock = null;
      await lock?.release();
      return;
    }
    if (document.hidden || (lock && !lock.released)) return;
    const taken = await requestLock();
    if (this.#isWanted) this.#lock = taken;
    else await taken?.release();
  }
}

async function requestLock(): Promise<WakeLockSentinel | null> {
  try {
    return (await navigator.wakeLock?.request('screen')) ?? null;
  } catch {
    return null; // Low battery or no permission: the screen dims as it always does.
  }
}
