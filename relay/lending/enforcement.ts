import type { Clock } from '#shared/clock.ts';
import type { AccessList } from '../access/access-list.ts';
import type { AccessState } from '../access/access-state.ts';
import type { Moment } from '../access/admission.ts';
import { tidy } from '../access/tidy.ts';
import type { ChannelSpec } from '../channels/channel-spec.ts';
import { errorCode, type Log } from '../log.ts';

/** A picture ends no later than this after its time; looking costs microseconds. */
export const REVIEW_PERIOD_MS = 250;
/** Channels of what has run out close a little later: nobody gets in by them. */
export const SYNC_PERIOD_MS = 5_000;
/** What has been over for a week is forgotten an hour more or less later. */
export const TIDY_PERIOD_MS = 60 * 60_000;
/** Several changes at once make one announcement. */
const NEWS_DELAY_MS = 100;

export interface EnforcementOptions {
  readonly access: AccessList;
  readonly clock: Clock;
  readonly log: Log;
  readonly moment: () => Moment;
  /** The channels that there should be. */
  readonly specs: (state: AccessState, moment: Moment, revision: number) => readonly ChannelSpec[];
  readonly channels: { sync(specs: readonly ChannelSpec[]): void };
  /** Ends every session that is no longer allowed. */
  readonly review: () => void;
  /** Where to count revisions from: two starts of the camera must not say the same. */
  readonly firstRevision: number;
}

/**
 * Makes what the access list says, and what time it is, true of channels and running pictures. It looks at everything again
 * and again instead of keeping a timer for each end: steps of the clock, sixty-day terms and cascades are all the same to it.
 */
export class Enforcement {
  readonly #options: EnforcementOptions;
  readonly #stops: (() => void)[] = [];
  #revision: number;
  #cancelNews: (() => void) | null = null;
  #isClosed = false;

  constructor(options: EnforcementOptions) {
    this.#options = options;
    this.#revision = options.firstRevision;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Starts to look. */
  start(): void {
    const { access, clock } = this.#options;
    this.#stops.push(
      access.onChange(() => this.#apply()),
      clock.every(REVIEW_PERIOD_MS, () => this.#options.review()),
      clock.every(SYNC_PERIOD_MS, () => this.#sync()),
      clock.every(TIDY_PERIOD_MS, () => this.#tidy()),
    );
    this.#tidy();
    this.#sync();
  }

  /** Something that the list shows has changed, though not the list itself. */
  announce(): void {
    if (this.#isClosed) return;
    this.#cancelNews ??= this.#options.clock.after(NEWS_DELAY_MS, () => {
      this.#cancelNews = null;
      this.#revision += 1;
      this.#sync();
    });
  }

  /** The time, or whether it is known, has changed at once. */
  reconsider(): void {
    this.#options.review();
    this.#sync();
  }

  /** Looks no more; sessions that end afterwards are nobody's news. */
  close(): void {
    this.#isClosed = true;
    this.#cancelNews?.();
    for (const stop of this.#stops.splice(0)) stop();
  }

  #apply(): void {
    this.#revision += 1;
    this.reconsider();
  }

  #sync(): void {
    const { access, moment, specs, channels } = this.#options;
    channels.sync(specs(access.state, moment(), this.#revision));
  }

  #tidy(): void {
    const { access, moment, log } = this.#options;
    const tidied = access.change((state) => {
      const rest = tidy(state, moment());
      return rest === state ? { result: null } : { state: rest, result: null };
    });
    tidied.catch((error: unknown) => log.warn('access list not tidied', { code: errorCode(error) }));
  }
}
