import { type Clock, numericDateOf } from '#shared/clock.ts';
import { encodeInviteLink } from '#shared/invite-link.ts';
import type { AccessList } from '../access/access-list.ts';
import type { AccessState } from '../access/access-state.ts';
import { isOwner } from '../access/grant.ts';
import { createOwnerInvite, type Invite } from '../access/invite.ts';
import { errorCode, type Log } from '../log.ts';

/** How long one code is shown. */
export const INVITE_PERIOD_S = 10 * 60;
/** How long a code stays good after its successor is shown, for a phone that scanned it at the last moment. */
export const INVITE_GRACE_S = 60;
/** Codes that are good at a time, however often somebody asks for one: each is a subscription at the broker. */
export const MAX_CODES = 8;

/** A link to scan, which makes an owner. */
export interface Code {
  readonly link: string;
  readonly validMinutes: number;
  /** Whether nobody owns the camera yet. */
  readonly isFirst: boolean;
}

/** Where people see codes and digits. */
export interface PairingDisplay {
  /** A code to scan; `isFirst` while nobody owns the camera. */
  showInvite(link: string, options: Omit<Code, 'link'>): void;
  showClaimed(phoneName: string, checkCode: string): void;
  /** Digits that a phone must be given so that it owns the camera too. */
  showConfirmation(phoneName: string, code: string): void;
  /** Another owner was let in, by digits or at the command line. */
  showOwnerAdded(phoneName: string): void;
  /** Who watches now, as they are called; nobody any more where there are none. */
  showWatching(names: readonly string[]): void;
  /** At a start with an owner, when there is no code to show. */
  showOwned(): void;
}

export interface ClaimingOptions {
  readonly cameraThumbprint: string;
  /** Address of the page that phones open. */
  readonly pageUrl: string;
  /** Put into the link when the page's own rendezvous is not the one to use. */
  readonly rendezvousUrl: string | null;
  readonly access: AccessList;
  readonly display: PairingDisplay;
  readonly clock: Clock;
  readonly log: Log;
  /** Told when a code begins or ceases to be good. */
  readonly onChange: () => void;
}

/** Shows codes that make an owner: one after another while the camera has none, and when asked at the command line. */
export class Claiming {
  readonly #options: ClaimingOptions;
  readonly #invites = new Map<string, Invite>();
  readonly #timers = new Map<string, () => void>();
  readonly #stops: (() => void)[] = [];
  #stopRenewal: (() => void) | null = null;
  #isClosed = false;

  constructor(options: ClaimingOptions) {
    this.#options = options;
  }

  /** Codes that are good, also those shown before the present one. */
  get invites(): readonly Invite[] {
    return [...this.#invites.values()];
  }

  find(id: string): Invite | null {
    return this.#invites.get(id) ?? null;
  }

  /**
   * Whether an invite on the list is a code of this camera whose time is over. A timer says so and not its end: a clock that is
   * set back, as forged answers of a time server do, would give an old code its life again.
   */
  isOver(invite: Invite): boolean {
    return isCode(invite) && !this.#timers.has(invite.id);
  }

  /** Shows the first code, or says that there is an owner. */
  async start(): Promise<void> {
    const { access, clock, display } = this.#options;
    if (access.isClaimed) return display.showOwned();
    this.#stops.push(access.onChange(() => access.isClaimed && this.#endRenewal()));
    this.#stopRenewal = clock.every(INVITE_PERIOD_S * 1000, () => {
      this.renew().catch((error: unknown) => this.#options.log.warn('no code', { code: errorCode(error) }));
    });
    await this.renew();
  }

  /** Puts a fresh code on the display. */
  async renew(): Promise<void> {
    const { link, ...options } = await this.createCode();
    if (!this.#isClosed) this.#options.display.showInvite(link, options);
  }

  /** A fresh code for whoever asks at the camera itself; with an owner it makes a further one. */
  async createCode(): Promise<Code> {
    const { access, clock, cameraThumbprint } = this.#options;
    const madeAt = numericDateOf(clock);
    const openUntil = madeAt + INVITE_PERIOD_S + INVITE_GRACE_S;
    const invite = await createOwnerInvite(cameraThumbprint, { madeAt, openUntil });
    const isFirst = !access.isClaimed;
    if (isFirst) this.#open(invite);
    else await this.#enter(invite);
    return { link: this.#linkOf(invite), validMinutes: INVITE_PERIOD_S / 60, isFirst };
  }

  /** Stops showing codes. */
  close(): void {
    this.#isClosed = true;
    this.#endRenewal();
    for (const stop of [...this.#stops.splice(0), ...this.#timers.values()]) stop();
    this.#timers.clear();
  }

  #linkOf({ secret }: Invite): string {
    const { pageUrl, cameraThumbprint: camera, rendezvousUrl } = this.#options;
    const rendezvous = rendezvousUrl === null ? {} : { rendezvous: rendezvousUrl };
    return encodeInviteLink(pageUrl, { kind: 'claim', camera, secret, ...rendezvous });
  }

  #endRenewal(): void {
    this.#stopRenewal?.();
    this.#stopRenewal = null;
  }

  #open(invite: Invite): void {
    if (this.#isClosed) return;
    const { onChange } = this.#options;
    for (const { id } of this.invites.slice(0, 1 - MAX_CODES)) this.#forget(id);
    this.#invites.set(invite.id, invite);
    this.#limit(invite, onChange);
    onChange();
  }

  /** Puts a code on the list, where owners see it and may take it back. */
  async #enter(invite: Invite): Promise<void> {
    await this.#options.access.change((state) => ({ state: withCode(state, invite), result: null }));
    if (!this.#isClosed) this.#limit(invite);
  }

  #limit({ id, openUntil }: Invite, onOver: () => void = () => undefined): void {
    const { clock } = this.#options;
    const cancel = clock.after((openUntil - numericDateOf(clock) + 1) * 1000, () => {
      this.#forget(id);
      onOver();
    });
    this.#timers.set(id, cancel);
  }

  #forget(id: string): void {
    this.#timers.get(id)?.();
    this.#timers.delete(id);
    this.#invites.delete(id);
  }
}

/** Whether an invite is one that the camera itself shows. */
function isCode(invite: Invite): boolean {
  return invite.by === null && isOwner(invite);
}

/** The list with one more code for a further owner; the oldest of them make room. */
function withCode(state: AccessState, invite: Invite): AccessState {
  const codes = state.invites.filter(isCode);
  const gone = codes.slice(0, 1 - MAX_CODES);
  return { ...state, invites: [...state.invites.filter((each) => !gone.includes(each)), invite] };
}
