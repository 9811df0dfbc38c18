import type { WeeklyHours } from '#shared/weekly-hours.ts';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** A NumericDate as this machine's clock shows it: `2030-01-31 09:05`. */
export function timeWords(numericDate: number): string {
  const date = new Date(numericDate * 1000);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join('-');
  return `${day} ${[date.getHours(), date.getMinutes()].map(twoDigits).join(':')}`;
}

/** A NumericDate in ISO 8601, for programs. */
export function isoOf(numericDate: number | null): string | null {
  return numericDate === null ? null : new Date(numericDate * 1000).toISOString();
}

/** How long ago, in its largest unit: `now`, `5 min ago`, `3 h ago`, `2 d ago`. */
export function agoWords(numericDate: number, now: number): string {
  const seconds = now - numericDate;
  return seconds < MINUTE_S ? 'now' : `${durationWords(seconds)} ago`;
}

/** Seconds in their largest unit, whole: `90 s`, `5 min`, `3 h`, `2 d`. */
export function durationWords(seconds: number): string {
  if (seconds < MINUTE_S) return `${seconds} s`;
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)} min`;
  if (seconds < DAY_S) return `${Math.floor(seconds / HOUR_S)} h`;
  return `${Math.floor(seconds / DAY_S)} d`;
}

/** Weekly hours in a line: `Mon-Fri 09:00-12:00, Sun 22:00-06:00 Europe/Zurich`. */
export function hoursWords({ tz, spans }: WeeklyHours): string {
  const words = spans.map(({ days, from, until }) => `${dayWords(days)} ${clock(from)}-${clock(until)}`);
  return `${words.join(', ')} ${tz}`;
}

/** Runs of three and more days are said by their ends. */
function dayWords(days: readonly number[]): string {
  const runs: number[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run?.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  return runs
    .flatMap((run) => (run.length < 3 ? run.map(dayName) : [`${dayName(run[0])}-${dayName(run.at(-1))}`]))
    .join(',');
}

function dayName(day: number | undefined): string {
  return DAYS[(day ?? 0) - 1] ?? '';
}

function clock(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map(twoDigits).join(':');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
