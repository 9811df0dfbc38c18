import type { Clock } from '#shared/clock.ts';
import type { Refusal } from '#shared/verdicts.ts';
import type { Moment } from '../access/admission.ts';
import { errorCode, type Log } from '../log.ts';
import { keepAside, readPrivateFile, writeAtomically } from '../storage/atomic-file.ts';
import {
  encodePrivacyState,
  isSamePrivacy,
  NEVER_OFF,
  OFF_UNTIL_TOLD,
  type PrivacyStanding,
  type PrivacyState,
  type PrivacyWish,
  parsePrivacyState,
  privacyAt,
  wishPrivacy,
} from './privacy-state.ts';

/** Name of the file in the state directory. */
export const PRIVACY_FILE = 'privacy.json';

export interface PrivacySwitchOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly write?: typeof writeAtomically;
}

/** A wish, and what whoever has it knew of the switch; absent for who stands at the camera. */
export interface SeenWish extends PrivacyWish {
  readonly revision?: number | undefined;
}

/**
 * Whether the camera is switched off, kept over restarts. Off counts at once, and also where it cannot be stored; on
 * counts only once it is on disk.
 */
export class PrivacySwitch {
  readonly #options: PrivacySwitchOptions;
  readonly #write: typeof writeAtomically;
  readonly #listeners = new Set<() => void>();
  #state: PrivacyState;
  /** Whether it is so on disk, too: whoever asks for the same again is told that it is not. */
  #isStored = true;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: PrivacySwitchOptions, state: PrivacyState) {
    this.#options = options;
    this.#write = options.write ?? writeAtomically;
    this.#state = state;
  }

  /** Reads what is kept. Never fails: a switch that cannot be read is off, and one that is damaged is kept aside. */
  static async open(options: PrivacySwitchOptions): Promise<PrivacySwitch> {
    return new PrivacySwitch(options, await read(options));
  }

  get state(): PrivacyState {
    return this.#state;
  }

  standing(moment: Moment): PrivacyStanding {
    return privacyAt(this.#state, moment);
  }

  /** Told after each change, before whoever asked for it is answered; the returned function stops that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Does as is wished, by the state and the time when its turn comes. A wish to be on, or for other hours, must know the
   * state that it changes: one that was held back on its way undoes nothing that was done since.
   */
  change(wish: SeenWish, moment: () => Moment): Promise<'done' | Refusal> {
    const turn = this.#turn.then(() => this.#change(wish, moment()));
    this.#turn = turn.catch(() => null);
    return turn;
  }

  async #change({ revision, ...wish }: SeenWish, moment: Moment): Promise<'done' | Refusal> {
    const before = this.#state;
    const after = wishPrivacy(before, wish, moment);
    if (typeof after === 'string') return after;
    if (isSamePrivacy(before, after)) return this.#isStored ? 'done' : this.#store(before);
    const isOffAlone = wish.off === true && wish.hours === undefined;
    if (!isOffAlone && revision !== undefined && revision !== before.revision) return 'changed';
    if (wish.off === true) this.#take(after);
    const outcome = await this.#store(after);
    if (wish.off === true) return outcome;
    if (outcome === 'done') this.#take(after);
    // It may be in place all the same, where only its directory could not be synced.
    else await this.#store(before);
    return outcome;
  }

  async #store(state: PrivacyState): Promise<'done' | 'not_stored'> {
    const { path, log } = this.#options;
    try {
      await this.#write(path, encodePrivacyState(state));
      this.#isStored = true;
      return 'done';
    } catch (error) {
      log.warn('privacy not stored', { code: errorCode(error) });
      this.#isStored = false;
      return 'not_stored';
    }
  }

  #take(state: PrivacyState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}

async function read({
  path,
  clock,
  log,
  write = writeAtomically,
}: PrivacySwitchOptions): Promise<PrivacyState> {
  try {
    const text = await readPrivateFile(path);
    if (text === null) return NEVER_OFF;
    try {
      return parsePrivacyState(text);
    } catch {
      log.warn('privacy damaged', { file: await keepAside(path, clock.nowMs()) });
      await write(path, encodePrivacyState(OFF_UNTIL_TOLD));
    }
  } catch (error) {
    log.warn('privacy not read', { code: errorCode(error) });
  }
  return OFF_UNTIL_TOLD;
}
