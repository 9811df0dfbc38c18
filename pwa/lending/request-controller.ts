import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { LendingFailure } from './lending.ts';
import { lendingFailureOf } from './lending-failure.ts';

/** Asks the camera for one thing at a time, and keeps what came of it until the next. */
export class RequestController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #isBusy = false;
  #failure: LendingFailure | null = null;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Why the last request came to nothing; `null` when it did not. */
  get failure(): LendingFailure | null {
    return this.#failure;
  }

  /** Nothing to do: a request once made is made. */
  hostConnected(): null {
    return null;
  }

  /** Does it unless something else is under way; tells whether it was done. */
  async run(request: () => Promise<unknown>): Promise<boolean> {
    if (this.#isBusy) return false;
    this.#set(true, null);
    try {
      await request();
      this.#set(false, null);
      return true;
    } catch (error) {
      this.#set(false, lendingFailureOf(error));
      return false;
    }
  }

  /** Forgets what came of the last one. */
  reset(): void {
    this.#set(this.#isBusy, null);
  }

  #set(isBusy: boolean, failure: LendingFailure | null): void {
    this.#isBusy = isBusy;
    this.#failure = failure;
    this.#host.requestUpdate();
  }
}
