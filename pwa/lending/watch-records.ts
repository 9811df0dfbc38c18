import type { WatchEntry } from '#shared/watch-entry.ts';
import type { WatchRecord } from './lending.ts';

/**
 * Makes viewings of the log's entries, which come newest first and page by page: an entry that ends a viewing says all
 * about it, and the one that began it is then passed over, whichever page it is on.
 */
export class WatchRecords {
  /** Where the viewings begin of which there is a record already, as `seq`. */
  readonly #known = new Set<number>();

  /** The viewings that these entries tell of first, newest first. */
  take(newestFirst: readonly WatchEntry[]): WatchRecord[] {
    const records = newestFirst.map((entry) => this.#read(entry));
    return records.filter((record) => record !== null);
  }

  #read(entry: WatchEntry): WatchRecord | null {
    switch (entry.type) {
      case 'started':
        return this.#record(entry.seq, { ...open(entry), from: entry.at });
      case 'watching':
        return this.#record(entry.start, { ...open(entry), from: entry.since });
      case 'ended':
        return this.#record(entry.start, {
          ...open(entry),
          ...{ from: entry.since, until: entry.at, path: entry.path },
        });
      case 'interrupted':
        return this.#record(entry.start, { ...open(entry), from: entry.since, isInterrupted: true });
      case 'opened':
      case 'dropped':
        return null;
      default:
        return entry satisfies never;
    }
  }

  #record(start: number, record: WatchRecord): WatchRecord | null {
    if (this.#known.has(start)) return null;
    this.#known.add(start);
    return record;
  }
}

function open({ gid, name }: { readonly gid: string; readonly name: string }) {
  return { gid, name, until: null, path: null, isInterrupted: false };
}
