import type { WatchEntry } from '#shared/watch-entry.ts';
import { openViewings } from './open-viewing.ts';

/** One viewing, from its beginning to its end, as a log tells it. Times are NumericDates. */
export interface ViewingRecord {
  readonly gid: string;
  readonly name: string;
  readonly from: number;
  /** Null while it goes on, or where nobody saw its end. */
  readonly until: number | null;
  readonly path: 'direct' | 'relayed' | null;
  /** Why it ended: `interrupted` with the camera; null: it goes on, or ended with the camera that has not started since. */
  readonly end: Extract<WatchEntry, { type: 'ended' }>['reason'] | 'interrupted' | null;
}

/** The viewings that these entries tell of, in the order in which they began. */
export function viewingRecords(entries: readonly WatchEntry[]): readonly ViewingRecord[] {
  const ended = entries.flatMap((entry) => recordOf(entry) ?? []);
  const open = openViewings(entries).map(({ watcher: { gid, name }, since }) => ({
    ...{ gid, name, from: since, until: null, path: null, end: null },
  }));
  return [...ended, ...open].sort((a, b) => a.from - b.from);
}

function recordOf(entry: WatchEntry): ViewingRecord | null {
  if (entry.type !== 'ended' && entry.type !== 'interrupted') return null;
  const { gid, name, since: from } = entry;
  if (entry.type === 'interrupted') return { gid, name, from, until: null, path: null, end: 'interrupted' };
  return { gid, name, from, until: entry.at, path: entry.path, end: entry.reason };
}
