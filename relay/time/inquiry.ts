import type { Clock } from '#shared/clock.ts';
import { errorCode, type Log } from '../log.ts';
import type { ClockProbe, SyncAnswer } from './clock-probe.ts';

/** Before the machine is asked again, which costs a child process; doubles up to `MAX_RETRY_MS` while the answer is no. */
export const RETRY_MS = 10_000;
/** A household without internet need not pay a child process every ten seconds for ever. */
export const MAX_RETRY_MS = 2 * 60_000;
/** A machine that cannot tell may be given a time service while it runs. */
export const UNKNOWN_RETRY_MS = 5 * 60_000;
/** A program that has not answered by then waits for a daemon that hangs. */
export const ANSWER_LIMIT_MS = 5_000;

export interface InquiryOptions {
  readonly clock: Clock;
  /** Milliseconds since whenever, by a clock that nobody sets. */
  readonly monotonicMs: () => number;
  readonly probe: ClockProbe;
  readonly log: Log;
}

/** Asks the machine about its clock: often while that matters, and seldom afterwards. */
export class Inquiry {
  readonly #options: InquiryOptions;
  /** Monotonic; 0: at once. */
  #dueMs = 0;
  #retryMs = RETRY_MS;
  #question: AbortController | null = null;
  #isClosed = false;

  constructor(options: InquiryOptions) {
    this.#options = options;
  }

  get isDue(): boolean {
    return !this.#isClosed && this.#options.monotonicMs() >= this.#dueMs;
  }

  /** The clock was set: what was answered so far counts no more. */
  restart(): void {
    this.#dueMs = 0;
    this.#retryMs = RETRY_MS;
  }

  /** Never fails: a machine that does not answer in time has not said yes. */
  async ask(): Promise<SyncAnswer> {
    this.#dueMs = Number.POSITIVE_INFINITY;
    const answer = await this.#answer();
    const wasRestarted = this.#dueMs === 0;
    if (!wasRestarted) this.#wait(answer === 'unknown' ? UNKNOWN_RETRY_MS : this.#retryMs);
    return answer;
  }

  /** Ends a question under way; idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#question?.abort();
  }

  #wait(delayMs: number): void {
    this.#dueMs = this.#options.monotonicMs() + delayMs;
    this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS);
  }

  async #answer(): Promise<SyncAnswer> {
    const { clock, probe, log } = this.#options;
    const question = new AbortController();
    this.#question = question;
    const cancelLimit = clock.after(ANSWER_LIMIT_MS, () => {
      question.abort(new DOMException('the machine did not answer', 'TimeoutError'));
    });
    try {
      return await probe.ask({ signal: question.signal });
    } catch (error) {
      if (!this.#isClosed) log.warn('clock not asked', { code: errorCode(error) });
      return 'not_synchronised';
    } finally {
      cancelLimit();
      this.#question = null;
    }
  }
}
