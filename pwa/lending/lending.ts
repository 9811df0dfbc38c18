import type { AccessEntry } from '#shared/down-message.ts';
import type { Scope } from '#shared/scope.ts';
import type { Refusal } from '#shared/verdicts.ts';
import type { WeeklyHours } from '#shared/weekly-hours.ts';
import type { Observable } from '../state/observable.ts';

/** How long a look is lent. */
export type LendPeriod =
  /** Seconds from the moment that the link is used. */
  | { readonly type: 'duration'; readonly seconds: number }
  /** From `nbf` (null: at once) until `exp`, NumericDates. */
  | { readonly type: 'until'; readonly nbf: number | null; readonly exp: number }
  /** For owners only. */
  | { readonly type: 'endless' };

/** What the user wants to lend. */
export interface LendRequest {
  /** For whom, 1 to 64 characters. */
  readonly name: string;
  readonly scope: readonly Scope[];
  readonly period: LendPeriod;
  /** Only in these hours of the week; null: at any time. */
  readonly hours: WeeklyHours | null;
  /** With scope `owner`: this phone gives its own grant up as the other gets its. */
  readonly isTransfer: boolean;
}

/** What has become of a look that was lent. */
export type LoanState =
  /** On its way to the camera. */
  | { readonly type: 'sending' }
  /** The camera is not there; it is told as soon as it is back, also after a restart of the app. */
  | { readonly type: 'queued' }
  /** The link works. */
  | { readonly type: 'waiting' }
  /** For an owner: a phone has opened it, and is asked for the digits on the camera. */
  | { readonly type: 'confirming' }
  | { readonly type: 'taken'; readonly device: string }
  | { readonly type: 'expired' }
  | { readonly type: 'withdrawn' }
  | { readonly type: 'refused'; readonly code: Refusal };

/** A look that was lent from this phone just now: the link to hand over, and its fate. Whoever holds it closes it. */
export interface Loan {
  /** Id in the access list. */
  readonly id: string;
  readonly name: string;
  /** The whole link, secret and all. */
  readonly link: string;
  /** Until when the link can be opened, NumericDate. */
  readonly openUntil: number;
  readonly state: Observable<LoanState>;
  /** Takes it back. @throws LendingError */
  withdraw(): Promise<void>;
  close(): void;
}

/** What this phone knows of who may see the camera. */
export type AccessListState =
  | { readonly type: 'loading' }
  | {
      readonly type: 'known';
      readonly entries: readonly AccessEntry[];
      /** Whether the camera said so just now; otherwise it is what it said last. */
      readonly isFresh: boolean;
    }
  | { readonly type: 'failed'; readonly code: LendingFailure };

/** What is to be changed of an entry; what is absent stays. */
export interface AccessChange {
  readonly name?: string;
  readonly scope?: readonly Scope[];
  /** NumericDate. */
  readonly exp?: number;
  readonly hours?: WeeklyHours | null;
}

/** Why the camera did not do what it was asked. */
export type LendingFailure = Refusal | 'camera_offline' | 'rendezvous_offline' | 'storage_failed';

/** A request to the camera about its access list came to nothing. */
export class LendingError extends Error {
  override readonly name = 'LendingError';
  readonly code: LendingFailure;

  constructor(code: LendingFailure, options?: { cause?: unknown }) {
    super(code, options);
    this.code = code;
  }
}

/** One viewing, as the camera wrote it down. */
export interface WatchRecord {
  /** Entry of the access list by which it was allowed. */
  readonly gid: string;
  /** What that entry was called then. */
  readonly name: string;
  /** NumericDate. */
  readonly from: number;
  /** NumericDate; null while it goes on. */
  readonly until: number | null;
  readonly path: 'direct' | 'relayed' | null;
  /** The camera was cut off in the middle of it, so nobody knows when it ended. */
  readonly isInterrupted: boolean;
}

/** A page of the log of who watched, newest first, checked against the camera's key and its neighbours. */
export interface WatchLogPage {
  readonly records: readonly WatchRecord[];
  /** What to ask with for the next page; null at the end. */
  readonly before: number | null;
  /** Whether signatures and chain hold, also with what this phone saw before. */
  readonly isGenuine: boolean;
  /** When the camera itself found, last on this page, that its log was damaged, NumericDate: what is older is gone, or a part of it. */
  readonly damagedAt: number | null;
}

/** One camera's access list in the hands of somebody who may lend. Whoever opened it closes it. */
export interface Lending {
  /** Kept up to date while it is open. */
  readonly access: Observable<AccessListState>;
  /** Looks lent from this phone whose links nobody has used yet. */
  readonly loans: Observable<readonly Loan[]>;
  /**
   * Makes an invite and its link at once, and tells the camera.
   * @throws LendingError `storage_failed`, `invalid_grant` when this phone's own grant is over; RangeError for a name or
   * terms that no camera would take.
   */
  lend(request: LendRequest): Promise<Loan>;
  /** Resolves when the camera has it on disk. @throws LendingError, RangeError for what no camera would take. */
  amend(id: string, change: AccessChange): Promise<void>;
  /** Takes a grant or an invite back, and all that was lent by it. @throws LendingError */
  revoke(id: string): Promise<void>;
  /** @throws LendingError */
  readLog(before: number | null): Promise<WatchLogPage>;
  close(): void;
}
