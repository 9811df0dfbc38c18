import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { CameraHealth } from '#shared/camera-health.ts';
import type { LendingFailure } from '../lending/lending.ts';
import { lendingFailureOf } from '../lending/lending-failure.ts';

/** Often enough to see a change, seldom enough to change nothing. */
const PERIOD_MS = 2_000;

/** Asks a camera again and again how it is doing while its host is on the page and the page is looked at. */
export class HealthController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #read: () => Promise<CameraHealth> | null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isConnected = false;
  #before: CameraHealth | null = null;
  #now: CameraHealth | null = null;
  #failure: LendingFailure | null = null;

  constructor(host: ReactiveControllerHost, read: () => Promise<CameraHealth> | null) {
    this.#host = host;
    this.#read = read;
    host.addController(this);
  }

  /** What it said last; `null` before it has. */
  get now(): CameraHealth | null {
    return this.#now;
  }

  /** What it said before that. */
  get before(): CameraHealth | null {
    return this.#before;
  }

  /** Why it did not answer the last time; `null` when it did. */
  get failure(): LendingFailure | null {
    return this.#failure;
  }

  hostConnected(): void {
    this.#isConnected = true;
    document.addEventListener('visibilitychange', this.#look);
    this.#look();
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    document.removeEventListener('visibilitychange', this.#look);
    clearTimeout(this.#timer);
  }

  readonly #look = (): void => {
    clearTimeout(this.#timer);
    if (this.#isConnected && document.visibilityState === 'visible') void this.#ask();
  };

  async #ask(): Promise<void> {
    try {
      const health = await this.#read();
      if (health !== null) [this.#before, this.#now] = [this.#now, health];
      this.#failure = null;
    } catch (error) {
      this.#failure = lendingFailureOf(error);
    }
    if (!this.#isConnected) return;
    this.#host.requestUpdate();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#look, PERIOD_MS);
  }
}
