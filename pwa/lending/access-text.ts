import type { AccessEntry } from '#shared/down-message.ts';
import { hoursWords } from '../viewing/hours-text.ts';
import { isCounted, timeLeft } from '../viewing/terms-text.ts';
import { agoWords, dayWords, durationWords, momentWords } from './moments.ts';

/** What an entry says of itself. */
export interface EntryText {
  /** How it stands, in a few words. */
  readonly state: string;
  /** `live`: watching now; `quiet`: may, or will; `over`: no longer. */
  readonly tone: 'live' | 'quiet' | 'over';
  /** Device, who let it in and when, when it was last seen. */
  readonly details: readonly string[];
}

/** Describes an entry; `nameOf` gives the name of the entry that lent it, null where that is not known. */
export function entryText(
  entry: AccessEntry,
  nowS: number,
  nameOf: (id: string) => string | null,
): EntryText {
  switch (entry.kind) {
    case 'invite':
      return describeInvite(entry, nowS, nameOf);
    case 'grant':
      return describeGrant(entry, nowS, nameOf);
    case 'withdrawn':
      return describeWithdrawn(entry, nowS, nameOf);
    default:
      return entry satisfies never;
  }
}

type Kind<K extends AccessEntry['kind']> = Extract<AccessEntry, { kind: K }>;

function describeGrant(entry: Kind<'grant'>, nowS: number, nameOf: (id: string) => string | null): EntryText {
  const isOver = entry.exp !== null && entry.exp <= nowS;
  const isWatching = entry.watching > 0 && !isOver;
  const time = grantTime(entry, nowS);
  return {
    state: isWatching ? ['Watching now', time].filter(Boolean).join(', ') : time || 'For good',
    tone: isOver ? 'over' : isWatching ? 'live' : 'quiet',
    details: [entry.device, letInBy(entry, nowS, nameOf), seenWords(entry, nowS)].filter(Boolean),
  };
}

/** When a grant holds; empty for one that always does. */
function grantTime({ nbf, exp, hours }: Kind<'grant'>, nowS: number): string {
  if (exp !== null && exp <= nowS) return `Ran out ${agoWords(exp, nowS)}`;
  if (nbf !== null && nbf > nowS) return `Begins ${momentWords(nbf, nowS)}`;
  const end =
    exp === null ? '' : isCounted(exp, nowS) ? timeLeft(exp - nowS) : `until ${momentWords(exp, nowS)}`;
  if (hours === null) return end.replace(/^u/, 'U');
  return end ? `${hoursWords(hours)}, ${end}` : hoursWords(hours);
}

function describeInvite(
  entry: Kind<'invite'>,
  nowS: number,
  nameOf: (id: string) => string | null,
): EntryText {
  const made = entry.by === null ? 'by the camera' : `by ${nameOf(entry.by) ?? 'somebody'}`;
  const details = [offerWords(entry, nowS), `Made ${made}, ${agoWords(entry.at, nowS)}`];
  if (entry.open_until <= nowS) {
    return { state: `Nobody opened it. Ran out ${agoWords(entry.open_until, nowS)}`, tone: 'over', details };
  }
  if (entry.is_confirming) return { state: 'Somebody is typing the camera’s digits', tone: 'live', details };
  return { state: `Can be opened until ${momentWords(entry.open_until, nowS)}`, tone: 'quiet', details };
}

function describeWithdrawn(
  entry: Kind<'withdrawn'>,
  nowS: number,
  nameOf: (id: string) => string | null,
): EntryText {
  const who = entry.withdrawn_by === null ? '' : nameOf(entry.withdrawn_by);
  const what = entry.was_taken ? 'Taken back' : 'Link taken back';
  return {
    state: `${what} ${agoWords(entry.withdrawn_at, nowS)}${who ? ` by ${who}` : ''}`,
    tone: 'over',
    details: [letInBy(entry, nowS, nameOf, entry.was_taken ? 'Let in' : 'Made')],
  };
}

function letInBy(
  { by, at }: AccessEntry,
  nowS: number,
  nameOf: (id: string) => string | null,
  verb = 'Let in',
): string {
  const who = by === null ? 'at the camera' : `by ${nameOf(by) ?? 'somebody who is gone'}`;
  return `${verb} ${who}, ${dayWords(at, nowS)}`;
}

function seenWords({ seen, watching }: Kind<'grant'>, nowS: number): string {
  if (watching > 0) return watching === 1 ? '' : `${watching} pictures open`;
  return seen === null ? 'Not seen lately' : `Seen ${agoWords(seen, nowS)}`;
}

/** For how long an invite lets somebody in, as in `1 hour from when it is opened`. */
export function offerWords(
  {
    scope,
    nbf,
    exp,
    hours,
    duration,
  }: Omit<Kind<'invite'>, 'kind' | 'id' | 'name' | 'by' | 'at' | 'open_until' | 'is_confirming'>,
  nowS: number,
): string {
  if (scope.includes('owner')) return 'For good, as an owner';
  const begin = nbf !== null && nbf > nowS ? `from ${momentWords(nbf, nowS)} ` : '';
  const end = exp === null ? '' : `until ${momentWords(exp, nowS)}`;
  const length = duration === null ? begin + end : `${durationWords(duration)} from when it is opened`;
  const words = hours === null ? length : `${hoursWords(hours)}, ${length}`;
  return words.charAt(0).toUpperCase() + words.slice(1);
}
