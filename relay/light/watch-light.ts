import type { Clock } from '#shared/clock.ts';
import { errorCode, type Log } from '../log.ts';
import type { Light } from './light.ts';

/** Quicker than anybody notices. */
const LOOK_MS = 200;
/** A second: pictures have packets far more often, so after that without any nobody has one. */
const DARK_AFTER_LOOKS = 5;
/** Ten seconds: a light that does not work is not worth more. */
const RETRY_AFTER_LOOKS = 50;

export interface WatchLightOptions {
  readonly light: Light;
  /** Packets of picture and sound, and pieces of pictures to keep, that have been sent to anybody so far. */
  readonly packets: () => number;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Lights a light while picture or sound leave the camera, whoever gets them: it looks at what is sent, not at who is
 * connected.
 */
export class WatchLight {
  readonly #options: WatchLightOptions;
  readonly #stop: () => void;
  #packets: number;
  /** Looks since packets were last seen to leave. */
  #quietLooks = DARK_AFTER_LOOKS;
  /** Looks until a light that failed is tried again. */
  #restLooks = 0;
  /** Null before it was set, and where it could not be. */
  #isLit: boolean | null = null;
  #fault: string | null = null;
  #turn: Promise<void> = Promise.resolve();

  /** Puts the light out, and looks from now on. */
  constructor(options: WatchLightOptions) {
    this.#options = options;
    this.#packets = options.packets();
    this.#stop = options.clock.every(LOOK_MS, () => this.#look());
    this.#show(false);
  }

  /** Code of why it does not do as it should; null while it does. */
  get fault(): string | null {
    return this.#fault;
  }

  /** Gives the light back. */
  async close(): Promise<void> {
    this.#stop();
    this.#do(() => this.#options.light.close());
    await this.#turn;
  }

  #look(): void {
    const before = this.#packets;
    this.#packets = this.#options.packets();
    this.#quietLooks = this.#packets > before ? 0 : Math.min(this.#quietLooks + 1, DARK_AFTER_LOOKS);
    this.#restLooks = Math.max(this.#restLooks - 1, 0);
    this.#show(this.#quietLooks < DARK_AFTER_LOOKS);
  }

  #show(isLit: boolean): void {
    if (isLit === this.#isLit || this.#restLooks > 0) return;
    this.#isLit = isLit;
    this.#do(async () => {
      try {
        await this.#options.light.set(isLit);
        this.#fault = null;
      } catch (error) {
        this.#isLit = null;
        this.#restLooks = RETRY_AFTER_LOOKS;
        throw error;
      }
    });
  }

  /** One thing after the other; what goes wrong is said once, until it goes otherwise. */
  #do(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch((error: unknown) => {
      const fault = errorCode(error);
      if (fault !== this.#fault) this.#options.log.warn('light does not work', { code: fault });
      this.#fault = fault;
    });
  }
}
