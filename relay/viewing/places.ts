import type { Clock } from '#shared/clock.ts';
import type { Farewell, Refusal } from '#shared/verdicts.ts';
import { Allowance } from '../access/allowance.ts';

/** A phone has one picture open, and perhaps a second page that has not noticed yet; the oldest makes room. */
const MAX_SESSIONS_PER_GRANT = 4;
/** What a Pi's Wi-Fi and processor carry with dignity. */
const MAX_SESSIONS = 20;
/** Of these, kept for owners: guests cannot lock them out by looking. */
const OWNERS_SESSIONS = 4;
/**
 * Pictures that may begin of one look at once, as on a train with many tunnels, and on average: whoever begins more wants to
 * wash others out of the log of who watched.
 */
const VIEWS = { burst: 30, perSecond: 1 / 120 };
/** Connections made ready, beside the sessions above: more would be more lists of cameras than are looked at at once. */
const MAX_STANDBYS = 6;
/** A phone has one list open, and perhaps a second page that has not noticed yet. */
const MAX_STANDBYS_PER_GRANT = 2;
/** Connections that are made ready for one look at once, as by somebody who goes to and fro, and on average: each is a handshake. */
const STANDBYS = { burst: 20, perSecond: 1 / 20 };

export interface PlacesOptions {
  readonly clock: Clock;
  /** The look, lent by an owner, that a grant comes of: all that do count together. */
  readonly rootOf: (gid: string) => string;
  /** Whether phones may connect before anybody wants a picture. */
  readonly isStandbyAllowed: boolean;
}

/** Who wants a place. */
export interface Asking {
  readonly gid: string;
  readonly isGuest: boolean;
}

/** Who has one, oldest first. */
export interface Placed {
  readonly gid: string;
  readonly session: { end(reason: Farewell): void };
}

/** How many may watch, or be ready to, and how often that may begin. */
export class Places {
  readonly #options: PlacesOptions;
  readonly #views: Allowance;
  readonly #standbys: Allowance;

  constructor(options: PlacesOptions) {
    this.#options = options;
    this.#views = new Allowance({ clock: options.clock, ...VIEWS });
    this.#standbys = new Allowance({ clock: options.clock, ...STANDBYS });
  }

  /** Has the oldest of the same grant make room where it has many; why there is no place, where there is none. */
  makeForPicture({ gid, isGuest }: Asking, viewers: readonly Placed[]): Refusal | null {
    if (isGuest && this.#views.isSpent(this.#options.rootOf(gid))) return 'busy';
    const own = viewers.filter((viewer) => viewer.gid === gid);
    if (own.length >= MAX_SESSIONS_PER_GRANT) {
      own[0]?.session.end('replaced');
      return null;
    }
    return viewers.length >= MAX_SESSIONS - (isGuest ? OWNERS_SESSIONS : 0) ? 'busy' : null;
  }

  /** A picture begins to flow. */
  countPicture(gid: string): void {
    this.#views.spend(this.#options.rootOf(gid));
  }

  /** Has the oldest make room, of the same grant where that has many: whoever loses a connection made ready can still watch. */
  makeForStandby({ gid, isGuest }: Asking, standbys: readonly Placed[]): Refusal | null {
    const { isStandbyAllowed, rootOf } = this.#options;
    if (!isStandbyAllowed) return 'not_allowed';
    if (isGuest && this.#standbys.isSpent(rootOf(gid))) return 'busy';
    this.#standbys.spend(rootOf(gid));
    const own = standbys.filter((standby) => standby.gid === gid);
    if (own.length >= MAX_STANDBYS_PER_GRANT) own[0]?.session.end('replaced');
    else if (standbys.length >= MAX_STANDBYS) standbys[0]?.session.end('replaced');
    return null;
  }
}
