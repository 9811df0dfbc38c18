/** Minutes of a day on a clock on the wall. */
export const MINUTES_A_DAY = 1440;
/** Minutes of a week on a clock on the wall. */
export const MINUTES_A_WEEK = 7 * MINUTES_A_DAY;

/**
 * Of four looks along each of twenty pictures that a camera sends at a time, every one may be in another zone. To make one again
 * costs a third of a millisecond, and a camera looks four times a second; each takes 30 KB.
 */
const MAX_ZONES = 96;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
/** The longest name in the tz database has 32 characters. */
const MAX_ZONE_CHARS = 64;
/** Names of the tz database. Plain offsets, which newer engines take as well, are no zones: they know no summer time. */
const ZONE_NAME = /^[A-Za-z][\w+-]*(\/[\w+-]+){0,2}$/;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** The minute read last, and what it was: many ask within the same one. */
  minute: number;
  weekMinute: number;
}

const zones = new Map<string, Zone>();

/** Whether `tz` has the form of a name in the tz database; an engine that is older than the zone does not know it. */
export function isZoneName(tz: string): boolean {
  return tz.length <= MAX_ZONE_CHARS && ZONE_NAME.test(tz);
}

/** Whether `tz` names a time zone that this engine knows. */
export function isTimeZone(tz: string): boolean {
  if (!isZoneName(tz)) return false;
  try {
    zoneOf(tz);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * What a clock on the wall in `tz` shows: minutes since the start of Monday, 0 to 10,079. `minute` is counted since the
 * Unix epoch; zones have been off UTC by whole minutes since 1972.
 * @throws RangeError when the engine does not know the zone.
 */
export function weekMinuteAt(tz: string, minute: number): number {
  const zone = zoneOf(tz);
  if (zone.minute !== minute) {
    zone.weekMinute = readWeekMinute(zone.format, minute);
    zone.minute = minute;
  }
  return zone.weekMinute;
}

function zoneOf(tz: string): Zone {
  const known = zones.get(tz);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: tz,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const zone = { format, minute: Number.NaN, weekMinute: 0 };
  const [oldest] = zones.keys();
  if (zones.size >= MAX_ZONES && oldest !== undefined) zones.delete(oldest);
  zones.set(tz, zone);
  return zone;
}

function readWeekMinute(format: Intl.DateTimeFormat, minute: number): number {
  let read = 0;
  for (const { type, value } of format.formatToParts(minute * 60_000)) {
    if (type === 'weekday') read += DAYS.indexOf(value) * MINUTES_A_DAY;
    if (type === 'hour') read += Number(value) * 60;
    if (type === 'minute') read += Number(value);
  }
  return read;
}
