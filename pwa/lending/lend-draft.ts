import { cleanName } from '#shared/message-fields.ts';
import { hasScope } from '#shared/scope.ts';
import type { Terms } from '#shared/terms.ts';
import { isWithin, type WeeklyHours } from '#shared/weekly-hours.ts';
import { FIRST_SPAN } from './first-span.ts';
import type { LendPeriod, LendRequest } from './lending.ts';
import { startOfDay } from './moments.ts';
import { type LendableRight, rightsToGive, USUAL_RIGHTS } from './rights.ts';

/** What can be chosen for how long; numbers are seconds from the moment that the link is opened. */
export type PeriodChoice = 900 | 3600 | 86_400 | 604_800 | 'today' | 'until' | 'hours' | 'own' | 'owner';

/** What is on the page where somebody lends, ready to be sent or not. */
export interface LendDraft {
  readonly name: string;
  readonly choice: PeriodChoice;
  /** Of the choice `until`: its beginning and end as HTML's `datetime-local` has them; an empty beginning is now. */
  readonly from: string;
  readonly until: string;
  /** Of the choice `hours`. */
  readonly spans: WeeklyHours['spans'];
  /** Of the choice `hours`: the last day, as HTML's `date` has it. */
  readonly lastDay: string;
  readonly rights: readonly LendableRight[];
  /** Of the choice `owner`. */
  readonly isTransfer: boolean;
}

/** Why a draft cannot be sent yet. */
export type DraftProblem =
  | 'bad_name'
  | 'no_end'
  | 'end_past'
  | 'end_before_start'
  | 'beyond_own'
  | 'no_days'
  | 'beyond_own_hours';

/** Who lends, when and where. */
export interface Lender {
  /** What this phone's own grant allows. */
  readonly own: Terms;
  /** NumericDate. */
  readonly nowS: number;
  /** Of the tz database. */
  readonly tz: string;
}

/** A season: long enough for a habit, and short enough that nobody is forgotten on the list. */
const HOURS_MONTHS = 3;
const CHOICES = [900, 3600, 'today', 86_400, 604_800, 'until', 'hours', 'own', 'owner'] as const;

/** The choices that this lender has; somebody who borrows cannot give what they do not have. */
export function choicesOf({ own, nowS }: Lender): readonly PeriodChoice[] {
  const isOwner = hasScope(own.scope, 'owner');
  return CHOICES.filter((choice) => {
    if (choice === 'owner') return isOwner;
    if (choice === 'own') return own.exp !== null;
    if (choice === 'until') return true;
    return own.exp === null || endOf(choice, nowS) <= own.exp;
  });
}

/** What the page shows first. */
export function firstDraft(lender: Lender): LendDraft {
  const choices = choicesOf(lender);
  const given = rightsToGive(lender.own.scope).map(({ right }) => right);
  return {
    name: '',
    choice: choices.includes(3600) ? 3600 : 'own',
    from: '',
    until: '',
    spans: [FIRST_SPAN],
    lastDay: firstLastDay(lender),
    rights: USUAL_RIGHTS.filter((right) => given.includes(right)),
    isTransfer: false,
  };
}

/** What to send for a draft, or why that must wait. */
export function readDraft(draft: LendDraft, lender: Lender): LendRequest | DraftProblem {
  const isOwner = draft.choice === 'owner';
  const name = cleanName(draft.name.trim() || (isOwner ? 'Owner' : 'Guest'));
  if (name === null) return 'bad_name';
  const period = readPeriod(draft, lender);
  if (typeof period === 'string') return period;
  const hours = readHours(draft, lender);
  if (typeof hours === 'string') return hours;
  const scope = isOwner ? (['owner'] as const) : draft.rights;
  return { name, scope, period, hours, isTransfer: isOwner && draft.isTransfer };
}

function readPeriod(draft: LendDraft, lender: Lender): LendPeriod | DraftProblem {
  const { own, nowS } = lender;
  const { choice } = draft;
  if (choice === 'owner') return { type: 'endless' };
  if (!choicesOf(lender).includes(choice)) return 'beyond_own';
  if (typeof choice === 'number') return { type: 'duration', seconds: choice };
  const nbf = choice === 'until' && draft.from !== '' ? readMoment(draft.from) : null;
  const exp = readEnd(draft, choice, lender);
  if (exp === null) return 'no_end';
  if (exp <= nowS) return 'end_past';
  if (nbf !== null && exp <= nbf) return 'end_before_start';
  if (own.exp !== null && exp > own.exp) return 'beyond_own';
  return { type: 'until', nbf: nbf !== null && nbf > nowS ? nbf : null, exp };
}

function readEnd(
  { until, lastDay }: LendDraft,
  choice: 'today' | 'until' | 'hours' | 'own',
  { own, nowS }: Lender,
): number | null {
  switch (choice) {
    case 'today':
      return startOfDay(nowS, 1);
    case 'own':
      return own.exp;
    case 'until':
      return readMoment(until);
    case 'hours': {
      const day = readMoment(`${lastDay}T00:00`);
      if (day === null) return null;
      const isOwnLastDay = own.exp !== null && startOfDay(own.exp) === day;
      return Math.min(startOfDay(day, 1), isOwnLastDay ? (own.exp ?? Infinity) : Infinity);
    }
    default:
      return choice satisfies never;
  }
}

/** The lender's own hours bind in any case; others are refused here because they would let nobody in. */
function readHours({ choice, spans }: LendDraft, { own, tz }: Lender): WeeklyHours | null | DraftProblem {
  if (choice !== 'hours') return null;
  if (spans.some(({ days }) => days.length === 0)) return 'no_days';
  const hours = { tz, spans };
  const isBeyond = own.hours?.tz === tz && !isWithin(hours, own.hours);
  return isBeyond ? 'beyond_own_hours' : hours;
}

/** When a choice would end at the earliest. */
function endOf(choice: 900 | 3600 | 86_400 | 604_800 | 'today' | 'hours', nowS: number): number {
  if (typeof choice === 'number') return nowS + choice;
  return choice === 'today' ? startOfDay(nowS, 1) : nowS;
}

/** A `datetime-local` value as the phone's own clock has it; null for none. */
function readMoment(value: string): number | null {
  const ms = new Date(value).getTime();
  return Number.isNaN(ms) ? null : Math.floor(ms / 1000);
}

function firstLastDay({ own, nowS }: Lender): string {
  const now = new Date(nowS * 1000);
  const day = new Date(now.getFullYear(), now.getMonth() + HOURS_MONTHS, now.getDate());
  return dateInput(own.exp === null ? day : new Date(Math.min(day.getTime(), own.exp * 1000)));
}

/** A day as HTML's `date` has it. */
function dateInput(day: Date): string {
  const pad = (number: number) => String(number).padStart(2, '0');
  return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
}

/** A draft's problem in a sentence. */
export function problemSentence(problem: DraftProblem): string {
  switch (problem) {
    case 'bad_name':
      return 'Use 1 to 64 letters for the name.';
    case 'no_end':
      return 'Say when it ends.';
    case 'end_past':
      return 'That end has passed already.';
    case 'end_before_start':
      return 'The end must come after the beginning.';
    case 'beyond_own':
      return 'That is longer than your own time. End it sooner.';
    case 'no_days':
      return 'Choose at least one day.';
    case 'beyond_own_hours':
      return 'These are not within your own hours.';
    default:
      return problem satisfies never;
  }
}
