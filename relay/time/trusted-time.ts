import { errorCode, type Log } from '../log.ts';
import type { ClockFloor } from './clock-floor.ts';
import { Inquiry, type InquiryOptions } from './inquiry.ts';
import {
  type ClockReading,
  isTrustedFor,
  reduceTrust,
  startTrust,
  type TrustEvent,
  type TrustReason,
  type TrustState,
  trustReason,
} from './trust-state.ts';

/** How often the clocks are compared and the time service's mark is looked at: both cost microseconds. */
export const LOOK_PERIOD_MS = 1_000;
/** A floor an hour old is as good, and flash memory wears. */
export const KEEP_PERIOD_S = 60 * 60;

/** Whether the wall clock may decide over a guest's time: a Pi without a battery starts with any. */
export interface TrustedTime {
  /** As of now, a step of the clock since the last look included. */
  readonly isTrusted: boolean;
  readonly reason: TrustReason;
  /** Trust was gained or lost, or the clock was set by more than 2 s; the returned function stops the calls. */
  onChange(listener: () => void): () => void;
  /** Keeps the floor and ends a question under way; idempotent. */
  close(): Promise<void>;
}

export interface TrustedTimeOptions extends InquiryOptions {
  readonly floor: Pick<ClockFloor, 'read' | 'write'>;
  /** NumericDate that is past for sure: `SOURCE_TIME_S`. */
  readonly leastS: number;
}

/** Begins to watch the clock; it is not trusted before the machine has answered. Nothing that a peer sends gets here. */
export async function startTrustedTime(options: TrustedTimeOptions): Promise<TrustedTime> {
  const floorS = Math.max(options.leastS, await options.floor.read());
  const time = new ProbedTime(options, floorS);
  time.start();
  return time;
}

class ProbedTime implements TrustedTime {
  readonly #options: TrustedTimeOptions;
  readonly #log: Log;
  readonly #inquiry: Inquiry;
  readonly #listeners = new Set<() => void>();
  #state: TrustState;
  #wasTrusted = false;
  /** The reason that was logged last; null before the machine has answered. */
  #logged: TrustReason | null = null;
  #stopLooking: () => void = () => undefined;
  #probing: Promise<void> | null = null;
  /** The floor as it was given to be kept. */
  #keptS: number;
  #keeping: Promise<void> = Promise.resolve();
  #closed: Promise<void> | null = null;

  constructor(options: TrustedTimeOptions, floorS: number) {
    this.#options = options;
    this.#log = options.log;
    this.#inquiry = new Inquiry(options);
    this.#state = startTrust(this.#read(), floorS);
    this.#keptS = floorS;
  }

  get isTrusted(): boolean {
    return isTrustedFor(this.reason);
  }

  get reason(): TrustReason {
    return trustReason(this.#state, this.#read());
  }

  onChange(listener: () => void): () => void {
    // One entry a call, though the same function may come twice.
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  start(): void {
    this.#stopLooking = this.#options.clock.every(LOOK_PERIOD_MS, () => this.#look());
    this.#look();
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    this.#stopLooking();
    this.#listeners.clear();
    this.#apply({ type: 'time-passed' });
    this.#inquiry.close();
    if (this.#state.floorS > this.#keptS) this.#keep();
    await Promise.all([this.#probing, this.#keeping]);
  }

  #look(): void {
    this.#apply({ type: 'time-passed' });
    this.#probing ??= this.#probe().finally(() => {
      this.#probing = null;
    });
  }

  /** The mark first: where it tells, no child process is needed. */
  async #probe(): Promise<void> {
    this.#apply({ type: 'looked', mark: await this.#options.probe.look() });
    if (this.#state.sync === 'synchronised' || !this.#inquiry.isDue) return;
    const { steps } = this.#state;
    this.#apply({ type: 'answered', answer: await this.#inquiry.ask(), steps });
  }

  #apply(event: TrustEvent): void {
    if (this.#closed) return;
    const before = this.#state;
    const reading = this.#read();
    this.#state = reduceTrust(before, event, reading);
    const hasStepped = this.#state.steps !== before.steps;
    if (hasStepped) this.#onStep(this.#state.offsetMs - before.offsetMs);
    const reason = trustReason(this.#state, reading);
    this.#report(reason, event.type === 'answered');
    if (this.#state.floorS - this.#keptS >= KEEP_PERIOD_S) this.#keep();
    const hasChanged = hasStepped || isTrustedFor(reason) !== this.#wasTrusted;
    this.#wasTrusted = isTrustedFor(reason);
    if (hasChanged) for (const listener of [...this.#listeners]) listener();
  }

  #onStep(stepMs: number): void {
    this.#log.warn('clock set', { seconds: Math.round(stepMs / 1000) });
    this.#inquiry.restart();
  }

  #report(reason: TrustReason, isAnswer: boolean): void {
    const isNews = this.#logged !== null || isAnswer || reason !== 'not_synchronised';
    if (!isNews || reason === this.#logged) return;
    this.#logged = reason;
    const floor = new Date(this.#state.floorS * 1000).toISOString();
    if (isTrustedFor(reason)) this.#log.info('clock trusted', { reason });
    else this.#log.warn('clock not trusted, guests have to wait', { reason, floor });
  }

  /** A disk that is full costs the floor of this hour, not the camera. */
  #keep(): void {
    const { floorS } = this.#state;
    this.#keptS = floorS;
    this.#keeping = this.#keeping
      .then(() => this.#options.floor.write(floorS))
      .catch((error: unknown) => this.#log.warn('clock floor not kept', { code: errorCode(error) }));
  }

  #read(): ClockReading {
    return { wallMs: this.#options.clock.nowMs(), monotonicMs: this.#options.monotonicMs() };
  }
}
