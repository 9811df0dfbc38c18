import { COUNTDOWN_S, FINE_COUNTDOWN_S } from '../state/now-controller.ts';
import type { CameraSummary } from './camera.ts';
import { hoursWords } from './hours-text.ts';

/** What is left of a time, in words that change by the second under ten minutes and by the minute above. */
export function timeLeft(leftS: number): string {
  if (leftS <= 0) return 'Time is up';
  if (leftS <= FINE_COUNTDOWN_S) {
    return `${Math.floor(leftS / 60)}:${String(leftS % 60).padStart(2, '0')} left`;
  }
  const minutes = Math.ceil(leftS / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${minutes} min left`;
  return rest === 0 ? `${hours} h left` : `${hours} h ${rest} min left`;
}

/** Day and time, as in `24 Nov, 14:00`. */
export function dateWords(numericDate: number): string {
  const options = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat('en-GB', options).format(numericDate * 1000);
}

/** The time alone where it is today, as in `18:00`; else with its day. */
export function momentWords(numericDate: number): string {
  const [words, isToday] = [
    dateWords(numericDate),
    new Date(numericDate * 1000).toDateString() === new Date().toDateString(),
  ];
  return isToday ? words.slice(-5) : words;
}

/** Whether so little is left that it is counted down. */
export function isCounted(exp: number | null, nowS: number): exp is number {
  return exp !== null && exp - nowS <= COUNTDOWN_S;
}

/** How long ago a picture was on show, or when. */
function seenWords(at: number, nowS: number): string {
  const minutes = Math.floor((nowS - at) / 60);
  if (minutes < 1) return 'just now';
  return minutes < 60 ? `${minutes} min ago` : momentWords(at);
}

/** All that its line in the list says of a camera besides its presence; empty for nothing. */
export function cameraNote(camera: CameraSummary, nowS: number): string {
  const { off, watching, picture, ending } = camera;
  const notes = [
    watching > 0 ? `${watching} watching` : '',
    off?.until ? `until ${momentWords(off.until)}` : '',
    picture && !off && !ending ? `Seen ${seenWords(picture.at, nowS)}` : '',
    termsNote(camera, nowS),
  ];
  return notes.filter(Boolean).join(' · ');
}

/** What there is to say of a camera's terms in the list; empty for an owner's that holds. */
export function termsNote({ role, terms, ending }: CameraSummary, nowS: number): string {
  const { nbf, exp, hours } = terms;
  if (ending !== null) return ending === 'expired' ? 'Your time is up' : 'Your access was withdrawn';
  if (nbf !== null && nbf > nowS) return `Begins ${dateWords(nbf)}`;
  const end = exp === null ? '' : isCounted(exp, nowS) ? timeLeft(exp - nowS) : `until ${dateWords(exp)}`;
  if (hours !== null) return end ? `${hoursWords(hours)}, ${end}` : hoursWords(hours);
  if (end) return end.replace('until', 'Lent until');
  return role === 'guest' ? 'Lent to you' : '';
}
