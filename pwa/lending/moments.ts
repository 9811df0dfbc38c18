const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** The first second of the local day that lies `days` after that of `at` (NumericDate). */
export function startOfDay(at: number, days = 0): number {
  const date = new Date(at * 1000);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime() / 1000;
}

/** A time of day, as in `9:05`. */
export function clockWords(at: number): string {
  const date = new Date(at * 1000);
  return `${date.getHours()}:${String(date.getMinutes()).padStart(2, '0')}`;
}

/** A moment as one says it today: `14:30`, `midnight`, `tomorrow 9:00`, `yesterday 9:00`, or else `24 Nov, 9:00`. */
export function momentWords(at: number, nowS: number): string {
  const day = startOfDay(at);
  if (day === startOfDay(nowS)) return clockWords(at);
  if (at === startOfDay(nowS, 1)) return 'midnight';
  if (day === startOfDay(nowS, 1)) return `tomorrow ${clockWords(at)}`;
  if (day === startOfDay(nowS, -1)) return `yesterday ${clockWords(at)}`;
  return `${shortDate(at, nowS)}, ${clockWords(at)}`;
}

/** A day without its time: `today`, `yesterday`, `tomorrow`, or else `24 Nov`. */
export function dayWords(at: number, nowS: number): string {
  const day = startOfDay(at);
  if (day === startOfDay(nowS)) return 'today';
  if (day === startOfDay(nowS, 1)) return 'tomorrow';
  if (day === startOfDay(nowS, -1)) return 'yesterday';
  return shortDate(at, nowS);
}

/** A day as a heading: `Today`, `Yesterday`, or else `Tuesday 24 November`. */
export function dayHeading(at: number, nowS: number): string {
  const day = startOfDay(at);
  if (day === startOfDay(nowS)) return 'Today';
  if (day === startOfDay(nowS, -1)) return 'Yesterday';
  return format(at, { weekday: 'long', day: 'numeric', month: 'long', ...yearUnlessNow(at, nowS) });
}

/** How long ago something was: `just now`, `5 min ago`, `3 h ago`, `yesterday`, or else `24 Nov`. */
export function agoWords(at: number, nowS: number): string {
  const agoS = nowS - at;
  if (agoS < MINUTE_S) return 'just now';
  if (agoS < HOUR_S) return `${Math.floor(agoS / MINUTE_S)} min ago`;
  if (startOfDay(at) === startOfDay(nowS)) return `${Math.floor(agoS / HOUR_S)} h ago`;
  return dayWords(at, nowS);
}

/** A length of time, rounded to what matters: `40 s`, `15 min`, `2 h 5 min`, `1 day`, `2 weeks`. */
export function durationWords(seconds: number): string {
  if (seconds < MINUTE_S) return `${seconds} s`;
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)} min`;
  if (seconds < DAY_S) {
    const [hours, minutes] = [Math.floor(seconds / HOUR_S), Math.floor((seconds % HOUR_S) / MINUTE_S)];
    if (minutes > 0) return `${hours} h ${minutes} min`;
    return count(hours, 'hour');
  }
  const days = Math.floor(seconds / DAY_S);
  return days % 7 === 0 ? count(days / 7, 'week') : count(days, 'day');
}

/** `1 guest`, `2 guests`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function shortDate(at: number, nowS: number): string {
  return format(at, { day: 'numeric', month: 'short', ...yearUnlessNow(at, nowS) });
}

function yearUnlessNow(at: number, nowS: number): Intl.DateTimeFormatOptions {
  const isThisYear = new Date(at * 1000).getFullYear() === new Date(nowS * 1000).getFullYear();
  return isThisYear ? {} : { year: 'numeric' };
}

function format(at: number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', options).format(at * 1000);
}
