import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ObserveController } from '../state/observe-controller.ts';
import type { AccessListState, Lending, LendingFailure, Loan } from './lending.ts';
import { lendingFailureOf } from './lending-failure.ts';

/** Holds a camera's access list open while its pages are shown. */
export class LendingController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #open: () => Promise<Lending> | null;
  readonly #access: ObserveController<AccessListState>;
  readonly #loans: ObserveController<readonly Loan[]>;
  #opening: Promise<Lending> | null = null;
  #lending: Lending | null = null;
  #failure: LendingFailure | null = null;

  constructor(host: ReactiveControllerHost, open: () => Promise<Lending> | null) {
    this.#host = host;
    this.#open = open;
    host.addController(this);
    this.#access = new ObserveController(host);
    this.#loans = new ObserveController(host);
  }

  /** `null` until it is open. */
  get lending(): Lending | null {
    return this.#lending;
  }

  /** What is known of the list, and why it is not where it could not be opened. */
  get access(): AccessListState {
    if (this.#failure !== null) return { type: 'failed', code: this.#failure };
    return this.#access.value ?? { type: 'loading' };
  }

  /** Looks lent from this phone whose links nobody has used. */
  get loans(): readonly Loan[] {
    return this.#loans.value ?? [];
  }

  /** As soon as the host is given what to open. */
  hostUpdate(): void {
    if (this.#opening === null) this.reopen();
  }

  hostDisconnected(): void {
    this.#close();
  }

  /** Closes what is open, and opens it once more. */
  reopen(): void {
    this.#close();
    const opening = this.#open();
    if (opening === null) return;
    this.#opening = opening;
    opening.then(
      (lending) => this.#take(opening, lending),
      (error: unknown) => this.#fail(opening, error),
    );
    this.#host.requestUpdate();
  }

  /** Resolves when it is open. @throws LendingError */
  opened(): Promise<Lending> {
    if (this.#opening === null || this.#failure !== null) this.reopen();
    return this.#opening ?? Promise.reject(new TypeError('there is nothing to open'));
  }

  #take(opening: Promise<Lending>, lending: Lending): void {
    if (opening !== this.#opening) {
      lending.close();
      return;
    }
    this.#lending = lending;
    this.#access.observe(lending.access);
    this.#loans.observe(lending.loans);
    this.#host.requestUpdate();
  }

  #fail(opening: Promise<Lending>, error: unknown): void {
    if (opening !== this.#opening) return;
    this.#failure = lendingFailureOf(error);
    this.#host.requestUpdate();
  }

  #close(): void {
    this.#access.observe(null);
    this.#loans.observe(null);
    this.#lending?.close();
    this.#lending = null;
    this.#opening = null;
    this.#failure = null;
  }
}
