import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Claim, ClaimState } from '../pairing/claim-state.ts';
import { ObserveController } from '../state/observe-controller.ts';
import type { UseCases } from './model.ts';

/** Runs one claim at a time, and keeps its check code until the user has compared it. */
export class ClaimController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #state: ObserveController<ClaimState>;
  #claim: Claim | null = null;
  #abort: AbortController | null = null;
  #link = '';
  #isFinished = false;
  #isRejected = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
    this.#state = new ObserveController(host);
  }

  get state(): ClaimState {
    if (this.#isRejected) return { type: 'failed', code: 'check_code_differs' };
    return this.#state.value ?? { type: 'idle' };
  }

  /** The link it is made with; empty before the first. */
  get link(): string {
    return this.#link;
  }

  /** The four digits still to compare; empty when there are none. */
  get checkCode(): string {
    const { state } = this;
    return state.type === 'claimed' && !this.#isFinished ? (state.checkCode ?? '') : '';
  }

  hostDisconnected(): void {
    this.cancel();
  }

  /** Claims with a link; what was still under way is called off. */
  start(useCases: UseCases | null, link: string, deviceName: string): void {
    this.cancel();
    this.#abort = new AbortController();
    this.#link = link;
    this.#isFinished = false;
    this.#isRejected = false;
    this.#claim = useCases?.claim(link, deviceName, { signal: this.#abort.signal }) ?? null;
    this.#state.observe(this.#claim?.state ?? null);
    this.#host.requestUpdate();
  }

  /** Claims once more with the same link. */
  again(useCases: UseCases | null, deviceName: string): void {
    this.start(useCases, this.#link, deviceName);
  }

  /** Hands on the six digits that the camera shows. */
  enterCode(code: string): void {
    this.#claim?.enterCode(code);
  }

  /** Calls off what is under way. */
  cancel(): void {
    this.#abort?.abort();
    this.#abort = null;
  }

  /** The user has compared the digits: they are not shown again. */
  finish(): void {
    this.#isFinished = true;
    this.#host.requestUpdate();
  }

  /** The user saw other digits on the camera. */
  reject(): void {
    this.#isRejected = true;
    this.#host.requestUpdate();
  }
}
