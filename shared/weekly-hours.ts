import * as v from 'valibot';
import { isTimeZone, isZoneName, MINUTES_A_DAY, MINUTES_A_WEEK, weekMinuteAt } from './local-week.ts';
import { ProtocolError } from './protocol-error.ts';

/** Days as ISO 8601 counts them: Monday is 1. */
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

export type Weekday = (typeof WEEKDAYS)[number];

/** One for each day of the week; who needs more wants something else. */
export const MAX_SPANS = 7;
/** Three weeks: a window that a change of the clocks swallows comes back a week later. */
const MAX_AHEAD_MINUTES = 3 * MINUTES_A_WEEK;

/**
 * The same time on each of some days. It holds what a clock on the wall shows from `from` until before `until`, so that
 * an hour which summer time skips is left out, and one which its end repeats counts both times.
 */
export interface WeeklySpan {
  /** Ascending, each at most once; those on which the span begins. */
  readonly days: readonly Weekday[];
  /** Minutes since midnight, 0 to 1439. */
  readonly from: number;
  /** Minutes since midnight, 1 to 1440. At or before `from` it is on the next day: 22:00 to 6:00, or 9:00 to 9:00. */
  readonly until: number;
}

/** Times of the week, such as Mondays 9:00 to 12:00, in a time zone of the tz database. */
export interface WeeklyHours {
  readonly tz: string;
  readonly spans: readonly WeeklySpan[];
}

const minutes = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const isAscending = (days: Weekday[]) =>
  days.every((day, index) => index === 0 || day > (days[index - 1] ?? 0));

const span = v.strictObject({
  days: v.pipe(v.array(v.picklist(WEEKDAYS)), v.minLength(1), v.maxLength(7), v.check(isAscending)),
  from: minutes(0, MINUTES_A_DAY - 1),
  until: minutes(1, MINUTES_A_DAY),
});

const weeklyHours = (isZone: (tz: string) => boolean) =>
  v.strictObject({
    tz: v.pipe(v.string(), v.check(isZone)),
    spans: v.pipe(v.array(span), v.minLength(1), v.maxLength(MAX_SPANS)),
  });
const reckonedHours = weeklyHours(isTimeZone);
const toldHours = weeklyHours(isZoneName);

/**
 * Reads weekly hours from outside, by which somebody is to be let in.
 * @throws ProtocolError `malformed`, also when this engine does not know the time zone.
 */
export function parseWeeklyHours(value: unknown): WeeklyHours {
  return parse(reckonedHours, value);
}

/**
 * Reads weekly hours that are only to be told: the camera may know more zones than this engine.
 * @throws ProtocolError `malformed`
 */
export function parseToldHours(value: unknown): WeeklyHours {
  return parse(toldHours, value);
}

function parse(schema: typeof toldHours, value: unknown): WeeklyHours {
  try {
    return v.parse(schema, value);
  } catch (cause) {
    throw new ProtocolError('malformed', 'these are no weekly hours', { cause });
  }
}

/** Whether `nowS` (NumericDate) lies in one of the spans. */
export function isWithinHours(hours: WeeklyHours, nowS: number): boolean {
  return isOpenAt(hours, weekMinuteAt(hours.tz, Math.floor(nowS / 60)));
}

/** When the hours begin or end next after `nowS` (both NumericDate); null when they hold the whole week. */
export function nextChange(hours: WeeklyHours, nowS: number): number | null {
  const first = Math.floor(nowS / 60);
  const isOpen = isOpenAt(hours, weekMinuteAt(hours.tz, first));
  let minute = first;
  while (minute < first + MAX_AHEAD_MINUTES) {
    minute = nextTurn(hours, minute);
    if (isOpenAt(hours, weekMinuteAt(hours.tz, minute)) !== isOpen) return minute * 60;
  }
  return null;
}

/** Whether every moment of `inner` lies in `outer`. Of two time zones it is not known, which counts as no. */
export function isWithin(inner: WeeklyHours, outer: WeeklyHours): boolean {
  if (inner.tz !== outer.tz) return false;
  // What of `inner` lies outside begins where `inner` begins or where `outer` ends.
  const edges = [...edgesOf(inner), ...edgesOf(outer)];
  return edges.every((edge) => isOpenAt(outer, edge) || !isOpenAt(inner, edge));
}

function isOpenAt({ spans }: WeeklyHours, weekMinute: number): boolean {
  return spans.some((span) =>
    span.days.some((day) => distance(startOn(day, span), weekMinute) < lengthOf(span)),
  );
}

/** The minutes of the week at which a span begins or ends. */
function edgesOf({ spans }: WeeklyHours): number[] {
  return spans.flatMap((span) =>
    span.days.flatMap((day) => {
      const start = startOn(day, span);
      return [start, (start + lengthOf(span)) % MINUTES_A_WEEK];
    }),
  );
}

function startOn(day: Weekday, { from }: WeeklySpan): number {
  return (day - 1) * MINUTES_A_DAY + from;
}

function lengthOf({ from, until }: WeeklySpan): number {
  return until > from ? until - from : until - from + MINUTES_A_DAY;
}

/** Minutes from one minute of the week to the next time it is the other. */
function distance(from: number, to: number): number {
  return (to - from + MINUTES_A_WEEK) % MINUTES_A_WEEK;
}

/** The next minute at which the hours may change: an edge, a change of the clocks, or a day later to look on from there. */
function nextTurn(hours: WeeklyHours, minute: number): number {
  const weekMinute = weekMinuteAt(hours.tz, minute);
  const ahead = edgesOf(hours).map((edge) => distance(weekMinute, edge) || MINUTES_A_WEEK);
  const end = minute + Math.min(MINUTES_A_DAY, ...ahead);
  return clockChange(hours.tz, minute, end) ?? end;
}

/**
 * The first minute after `start`, up to `end` a day at most later, at which the wall shows other than by counting on.
 * No zone has changed its clocks twice in a week since 1972.
 */
function clockChange(tz: string, start: number, end: number): number | null {
  const base = weekMinuteAt(tz, start);
  const isShifted = (minute: number) => distance(base, weekMinuteAt(tz, minute)) !== minute - start;
  if (!isShifted(end)) return null;
  let before = start;
  let after = end;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (isShifted(middle)) after = middle;
    else before = middle;
  }
  return after;
}
