import type { WatchRecord } from './lending.ts';
import { clockWords, dayHeading, durationWords, momentWords, startOfDay } from './moments.ts';

/** What was watched on one day, newest first. */
export interface LogDay {
  readonly heading: string;
  readonly records: readonly WatchRecord[];
}

/** Puts records, newest first, under the days on which they began. */
export function groupByDay(records: readonly WatchRecord[], nowS: number): readonly LogDay[] {
  const days = new Map<number, WatchRecord[]>();
  for (const record of records) {
    const day = startOfDay(record.from);
    days.set(day, [...(days.get(day) ?? []), record]);
  }
  return [...days].map(([day, list]) => ({ heading: dayHeading(day, nowS), records: list }));
}

/** From when until when, as in `9:00–9:12`. */
export function spanWords({ from, until, isInterrupted }: WatchRecord, nowS: number): string {
  if (isInterrupted) return `From ${clockWords(from)}`;
  if (until === null) return `Since ${clockWords(from)}, ${durationWords(Math.max(0, nowS - from))}`;
  return `${clockWords(from)}–${clockWords(until)}, ${durationWords(until - from)}`;
}

/** How the picture travelled; empty where that is not known, as of one that is still on. */
export function pathWords({ path }: WatchRecord): string {
  switch (path) {
    case 'direct':
      return 'Straight from the camera';
    case 'relayed':
      return 'Through a relay';
    case null:
      return '';
    default:
      return path satisfies never;
  }
}

/** Says that the camera found its log damaged, and when. */
export function damageSentence(damagedAt: number, nowS: number): string {
  const when = momentWords(damagedAt, nowS);
  return `Signed by the camera. It found its log damaged (${when}): what is older is missing, or a part of it.`;
}
