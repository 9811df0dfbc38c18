import { randomInt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#shared/clock.ts';
import type { Refusal } from '#shared/verdicts.ts';
import type { Invite } from '../access/invite.ts';

/** Time to walk up to the camera and type. */
export const CODE_LIMIT_MS = 5 * 60_000;
/** Of a million codes; a mistyped digit or two are forgiven. */
const MAX_WRONG = 3;
/** Wrong answers that are heard at once, for all invites together: four households that give up on the same evening. */
export const MAX_GUESSES = 12;
/**
 * One of them is forgotten after so long, by a timer, as a clock can be set by forged answers of a time server: a phone that
 * lends itself one invite after the other has a chance of one in a hundred a year.
 */
const GUESS_PERIOD_MS = 60 * 60_000;
const CODES = 1_000_000;
const DIGITS = 6;

export type Confirmed =
  | 'confirmed'
  | 'failed'
  | Extract<Refusal, 'needs_code' | 'wrong_code' | 'invalid_grant' | 'busy'>;

interface Asked {
  readonly phone: string;
  readonly code: string;
  readonly cancelTimeout: () => void;
}

export interface ConfirmationOptions {
  readonly clock: Clock;
  /** Shows the digits where only somebody in front of the camera can read them. */
  readonly show: (device: string, code: string) => void;
  /** Told when it begins or ends to ask for the digits of an invite. */
  readonly onChange: () => void;
}

/**
 * Lets somebody own the camera only if they stand before it: shows six digits, which that phone must send. One phone an
 * invite at a time, as whoever else has the link can read what it sends; after three wrong answers, by whichever phone and
 * however far apart, the invite has `failed` for good, and after many on many invites nobody is heard for a while.
 */
export class Confirmation {
  readonly #options: ConfirmationOptions;
  readonly #asked = new Map<string, Asked>();
  /** Wrong answers, by invite: to wait for new digits forgives none. */
  readonly #wrong = new Map<string, number>();
  /** Wrong answers in all, less those that are forgotten. */
  #guesses = 0;
  #stopForgetting: (() => void) | null = null;

  constructor(options: ConfirmationOptions) {
    this.#options = options;
  }

  /** Whether digits are shown for an invite. */
  isAsking(inviteId: string): boolean {
    return this.#asked.has(inviteId);
  }

  /**
   * Judges a redemption; shows digits for one that comes without any. What is `confirmed`, or has `failed`, stays so until
   * it is ended.
   */
  check({ id }: Invite, phone: { thumbprint: string; device: string }, code: string | undefined): Confirmed {
    if (this.#wrongOf(id) >= MAX_WRONG) return 'failed';
    if (this.#guesses >= MAX_GUESSES) return 'busy';
    const asked = this.#asked.get(id) ?? this.#ask(id, phone);
    if (asked.phone !== phone.thumbprint) return 'invalid_grant';
    if (code === undefined) return 'needs_code';
    return isSameCode(code, asked.code) ? 'confirmed' : this.#miss(id);
  }

  /** The invite has been used or taken back: nobody is asked for its digits any more. */
  end(id: string): void {
    this.#wrong.delete(id);
    this.#forget(id);
  }

  /** Asks for nothing any more. */
  close(): void {
    for (const { cancelTimeout } of this.#asked.values()) cancelTimeout();
    this.#asked.clear();
    this.#stopForgetting?.();
  }

  #miss(id: string): Confirmed {
    this.#count();
    this.#wrong.set(id, this.#wrongOf(id) + 1);
    if (this.#wrongOf(id) < MAX_WRONG) return 'wrong_code';
    this.#forget(id);
    return 'failed';
  }

  #count(): void {
    this.#guesses += 1;
    this.#stopForgetting ??= this.#options.clock.every(GUESS_PERIOD_MS, () => {
      this.#guesses -= 1;
      if (this.#guesses > 0) return;
      this.#stopForgetting?.();
      this.#stopForgetting = null;
    });
  }

  #wrongOf(id: string): number {
    return this.#wrong.get(id) ?? 0;
  }

  #ask(id: string, { thumbprint, device }: { thumbprint: string; device: string }): Asked {
    const code = randomInt(CODES).toString().padStart(DIGITS, '0');
    const cancelTimeout = this.#options.clock.after(CODE_LIMIT_MS, () => this.#forget(id));
    const asked = { phone: thumbprint, code, cancelTimeout };
    this.#asked.set(id, asked);
    this.#options.show(device, code);
    this.#options.onChange();
    return asked;
  }

  #forget(id: string): void {
    this.#asked.get(id)?.cancelTimeout();
    if (this.#asked.delete(id)) this.#options.onChange();
  }
}

function isSameCode(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
