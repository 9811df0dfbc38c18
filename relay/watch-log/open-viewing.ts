import type { WatchEntry } from '#shared/watch-entry.ts';

/** Who watches: whose grant, which key, and what its holder calls it. */
export interface Watcher {
  readonly gid: string;
  readonly jkt: string;
  readonly name: string;
}

/** A viewing that has been written down and has not ended. */
export interface OpenViewing {
  readonly watcher: Watcher;
  /** The number of the entry by which it began, and when that was. */
  readonly start: number;
  readonly since: number;
  /** The number of the entry that last told of it. */
  readonly toldBy: number;
}

/** The viewings that these entries leave without an end, oldest first. */
export function openViewings(entries: readonly WatchEntry[]): readonly OpenViewing[] {
  const open = new Map<number, OpenViewing>();
  for (const entry of entries) {
    const viewing = viewingOf(entry);
    if (viewing) open.set(viewing.start, viewing);
    if (entry.type === 'ended' || entry.type === 'interrupted') open.delete(entry.start);
  }
  return [...open.values()];
}

/** The viewing that an entry tells is going on. */
function viewingOf(entry: WatchEntry): OpenViewing | null {
  if (entry.type !== 'started' && entry.type !== 'watching') return null;
  const { seq, gid, jkt, name } = entry;
  const { start, since } = entry.type === 'watching' ? entry : { start: seq, since: entry.at };
  return { watcher: { gid, jkt, name }, start, since, toldBy: seq };
}
