import type { Weekday, WeeklyHours } from '#shared/weekly-hours.ts';

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** The name of a day of the week. */
export function dayName(day: Weekday): string {
  return days[day - 1] ?? '';
}

/** The time zone this phone is in, as the tz database calls it. */
export function localTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Weekly hours in a few words, as in `Mondays 9–12`; the place is named where it is another than this phone's. */
export function hoursWords({ tz, spans }: WeeklyHours): string {
  const words = spans.map(
    (span) => `${daysWords(span.days)} ${minutesWords(span.from)}–${minutesWords(span.until)}`,
  );
  const place = tz === localTimeZone() ? '' : ` (${tz.replace(/^.*\//, '').replaceAll('_', ' ')} time)`;
  return words.join(', ') + place;
}

function daysWords(chosen: readonly Weekday[]): string {
  const key = chosen.join('');
  if (key === '1234567') return 'Every day';
  if (key === '12345') return 'Weekdays';
  if (key === '67') return 'Weekends';
  if (chosen.length === 1) return chosen.map((day) => `${dayName(day)}s`).join();
  return chosen.map((day) => dayName(day).slice(0, 3)).join(', ');
}

/** Minutes since midnight as a clock shows them, without the minutes on the hour. */
function minutesWords(minutes: number): string {
  const rest = minutes % 60;
  return Math.floor(minutes / 60) + (rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`);
}
