import { type Clock, numericDateOf } from '#shared/clock.ts';
import type { AccessEntry } from '#shared/down-message.ts';
import { REFUSALS, type Refusal } from '#shared/verdicts.ts';
import { type Observable, Subject } from '../state/observable.ts';
import type { CameraLink } from '../viewing/camera-link.ts';
import { askCamera } from './camera-request.ts';
import { LendingError, type LendingFailure, type LoanState } from './lending.ts';
import { buildLend, type LoanRecord } from './loan-record.ts';
import { isFinal, isUnsent, type LoanEvent, reduceLoan } from './loan-state.ts';

const STAGES: readonly LoanRecord['stage'][] = ['new', 'tried', 'lent'];
/** The camera tells when it comes back; this is for when that is lost too. */
const RETRY_MS = 10_000;
/** What a camera says that can do it later; nobody is told, as nobody can do anything about it. */
const PASSING: readonly Refusal[] = ['use_nonce', 'busy', 'clock_unsynced'];

export interface StandingLoanOptions {
  readonly link: CameraLink;
  readonly clock: Clock;
  /** Keeps what has to outlive the page. */
  readonly keep: (record: LoanRecord) => Promise<void>;
  /** How many access lists were asked for so far. */
  readonly countReadings: () => number;
  /** Told of what went wrong where nobody waits for it. */
  readonly report: (error: unknown) => void;
}

/** A look that was lent from this phone, until it comes to something: has the camera told, and follows its fate. */
export class StandingLoan {
  readonly #options: StandingLoanOptions;
  readonly #state: Subject<LoanState>;
  readonly #stops: readonly (() => void)[];
  #record: LoanRecord;
  /** What the camera is being asked about it. */
  #asking: AbortController | null = null;
  #withdrawing: Promise<void> | null = null;
  #isClosed = false;
  #cancelRetry: () => void = () => undefined;
  /** A list that was asked for earlier cannot have it. */
  #readingsBefore = 0;

  /** Nothing is sent before `start`. */
  constructor(record: LoanRecord, options: StandingLoanOptions) {
    const { link } = options;
    this.#record = record;
    this.#options = options;
    this.#state = new Subject<LoanState>(beginAt(record));
    this.#stops = [
      link.presence.subscribe((presence) => presence === 'online' && this.start()),
      // Only then: what a broker says of the grant may be an old story.
      link.onSilence(() => link.ending.value === 'revoked' && this.#orphan()),
    ];
  }

  get record(): LoanRecord {
    return this.#record;
  }

  get state(): Observable<LoanState> {
    return this.#state;
  }

  /** Has the camera told, unless it knows or is being told. */
  start(): void {
    const { link, report } = this.#options;
    const isUseless = this.#isClosed || link.ending.value !== null || !isUnsent(this.#state.value);
    if (isUseless || this.#asking !== null) return;
    this.#cancelRetry();
    if (this.#isOver()) this.#on({ type: 'outlived' });
    else this.#ask((signal) => this.#send(signal)).catch(report);
  }

  /** Takes over what a list says; `reading` is its number. */
  follow(entries: readonly AccessEntry[], reading: number): void {
    if (isFinal(this.#state.value)) return;
    const entry = entries.find(({ id }) => id === this.#record.id);
    const isOver = this.#isOver();
    if (entry !== undefined) {
      void this.#advance('lent');
      this.#on({ type: 'listed', entry, isOver });
    } else if (reading > this.#readingsBefore) {
      this.#on({ type: 'missed', isOver });
    }
  }

  /** @throws LendingError */
  withdraw(): Promise<void> {
    this.#withdrawing ??= this.#withdraw().finally(() => {
      this.#withdrawing = null;
    });
    return this.#withdrawing;
  }

  /** Sends nothing more; idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const stop of this.#stops) stop();
    this.#cancelRetry();
    this.#asking?.abort();
  }

  async #withdraw(): Promise<void> {
    const { value } = this.#state;
    if (isFinal(value) && value.type !== 'taken') return;
    this.#cancelRetry();
    try {
      // Nothing is sent meanwhile: the camera might have it again after all.
      if (this.#record.stage !== 'new') await this.#ask((signal) => this.#revoke(signal));
      this.#on({ type: 'withdrawn' });
    } finally {
      this.start();
    }
  }

  /** One thing at a time: the latest. */
  async #ask(operation: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      await operation(asking.signal);
    } finally {
      if (this.#asking === asking) this.#asking = null;
    }
  }

  async #send(signal: AbortSignal): Promise<void> {
    const { link, clock, countReadings } = this.#options;
    this.#on({ type: link.presence.value === 'offline' ? 'put_off' : 'sent' });
    try {
      await this.#advance('tried');
      await askCamera(link, 'lent', (nonce) => buildLend(this.#record, nonce), { clock, signal });
      this.#readingsBefore = countReadings();
      await this.#advance('lent');
      this.#on({ type: 'lent' });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof LendingError)) throw error;
      this.#onFailed(error.code);
    }
  }

  #onFailed(code: LendingFailure): void {
    const { link, clock } = this.#options;
    // A list was faster than the answer.
    if (!isUnsent(this.#state.value)) return;
    if (code === 'camera_offline') link.check();
    const refusal = REFUSALS.find((one) => one === code && !PASSING.includes(one));
    if (refusal && link.ending.value === null) {
      this.#on({ type: 'refused', code: refusal });
      return;
    }
    this.#on({ type: 'put_off' });
    if (link.presence.value !== 'offline') this.#cancelRetry = clock.after(RETRY_MS, () => this.start());
  }

  async #revoke(signal: AbortSignal): Promise<void> {
    const { link, clock } = this.#options;
    const { id } = this.#record;
    const build = (nonce: string) => ({ type: 'revoke', body: { nonce, id } }) as const;
    try {
      await askCamera(link, 'done', build, { clock, signal });
    } catch (error) {
      // The camera never had it, or has it no more.
      if (!(error instanceof LendingError) || error.code !== 'not_found') throw error;
    }
  }

  /** The stages only go forward, and what cannot be kept does not hold up what is to be done. */
  async #advance(stage: LoanRecord['stage']): Promise<void> {
    const { keep, report } = this.#options;
    if (STAGES.indexOf(stage) <= STAGES.indexOf(this.#record.stage)) return;
    this.#record = { ...this.#record, stage };
    await keep(this.#record).catch(report);
  }

  /** Whether its link can be opened no more, by this phone's clock. */
  #isOver(): boolean {
    return numericDateOf(this.#options.clock) >= this.#record.openUntil;
  }

  #orphan(): void {
    const { isTransfer, name } = this.#record;
    this.#on({ type: 'orphaned', heir: isTransfer ? name : null });
  }

  #on(event: LoanEvent): void {
    const state = reduceLoan(this.#state.value, event);
    if (isFinal(state)) this.#cancelRetry();
    this.#state.set(state);
  }
}

function beginAt({ stage, refusal }: LoanRecord): LoanState {
  if (refusal !== null) return { type: 'refused', code: refusal };
  return stage === 'lent' ? { type: 'waiting' } : { type: 'queued' };
}
