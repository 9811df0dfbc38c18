import type { AccessEntry } from '#shared/down-message.ts';
import {
  type AccessListState,
  LendingError,
  type LoanState,
  type WatchRecord,
} from '../../lending/lending.ts';
import {
  buildGrant,
  buildInvite,
  buildOwner,
  buildWithdrawn,
  FakeLending,
  FakeLoan,
} from './fake-lending.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const now = () => Math.floor(Date.now() / 1000);
const tz = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A list with everybody on it whom one can think of. */
export function buildBusyList(): readonly AccessEntry[] {
  const at = now();
  const mondays = { tz, spans: [{ days: [1] as const, from: 9 * 60, until: 12 * 60 }] };
  return [
    buildOwner({ at: at - 90 * day, seen: at, watching: 1 }),
    buildGrant({
      id: 'robin',
      name: 'Robin',
      device: 'Android phone',
      scope: ['owner'],
      at: at - 40 * day,
      seen: at - 2 * day,
    }),
    buildGrant({
      id: 'anna',
      name: 'Anna',
      device: 'iPhone',
      scope: ['watch', 'listen', 'lend'],
      exp: at + 12 * minute,
      at: at - hour,
      seen: at,
      watching: 1,
    }),
    buildGrant({
      id: 'ben',
      name: 'Ben',
      by: 'anna',
      exp: at + 9 * minute + 5,
      at: at - 20 * minute,
      seen: at - 15 * minute,
    }),
    buildGrant({
      id: 'cleaner',
      name: 'Cleaner',
      hours: mondays,
      exp: at + 80 * day,
      at: at - 9 * day,
      seen: at - 6 * day,
    }),
    buildGrant({ id: 'sitter', name: 'Babysitter', nbf: at + day, exp: at + 2 * day, at: at - 5 * minute }),
    buildInvite({
      id: 'link',
      name: 'Courier',
      duration: 15 * minute,
      open_until: at + 55 * minute,
      at: at - 5 * minute,
    }),
    buildInvite({
      id: 'key',
      name: 'Alex',
      scope: ['owner'],
      duration: null,
      is_confirming: true,
      at: at - minute,
    }),
    buildGrant({ id: 'plumber', name: 'Plumber', exp: at - day, at: at - day - hour, seen: at - day }),
    buildWithdrawn({
      id: 'gone',
      name: 'Guest',
      withdrawn_at: at - 2 * hour,
      withdrawn_by: 'robin',
      at: at - 3 * hour,
    }),
  ];
}

const watched: readonly Omit<WatchRecord, 'gid'>[] = [
  { name: 'Anna', from: -20 * minute, until: null, path: 'direct', isInterrupted: false },
  { name: 'Kim', from: -3 * hour, until: -3 * hour + 4 * minute, path: 'relayed', isInterrupted: false },
  { name: 'Cleaner', from: -27 * hour, until: -26 * hour, path: 'direct', isInterrupted: false },
  { name: 'Kim', from: -30 * hour, until: null, path: 'relayed', isInterrupted: true },
  { name: 'Robin', from: -75 * hour, until: -75 * hour + 40, path: null, isInterrupted: false },
];

/** What was watched in the last days. */
export function buildLog(): readonly WatchRecord[] {
  const at = now();
  return watched.map((record, index) => ({
    ...record,
    gid: `gid-${index}`,
    from: at + record.from,
    until: record.until === null ? null : at + record.until,
  }));
}

/** An access list in one of its states, one loan at hand, and the log. */
export function buildLending(access?: AccessListState, loan?: LoanState, isGenuine = true): FakeLending {
  const lending = new FakeLending(access ?? { type: 'known', entries: buildBusyList(), isFresh: true });
  lending.log = [{ records: buildLog(), before: now() - 4 * day, isGenuine, damagedAt: null }];
  if (loan) lending.loans.set([new FakeLoan('link', 'Courier', loan)]);
  return lending;
}

/** The access list when nothing has been lent. */
export const lonelyList = (): AccessListState => ({
  type: 'known',
  entries: [buildOwner({ at: now() - 9 * day, seen: now() })],
  isFresh: true,
});

/** A list that refuses whatever is asked. */
export function buildRefusingLending(): FakeLending {
  return Object.assign(buildLending(), { failure: new LendingError('camera_offline') });
}
