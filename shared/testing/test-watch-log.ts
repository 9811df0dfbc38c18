import type { Identity } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import {
  encodeWatchEntry,
  hashWatchEntry,
  parseWatchEvent,
  placeWatchEvent,
  type WatchEntry,
  type WatchEvent,
  type WatchPlace,
} from '#shared/watch-entry.ts';
import type { WatchPoint } from '#shared/watch-log.ts';

/** When the first entry is written; each of the others comes a second later. NumericDate. */
export const OPENED_AT = 1_900_000_000;

/** What an event says besides its time. */
export type Said = WatchEvent extends infer E ? (E extends unknown ? Omit<E, 'at'> : never) : never;

/** A phone that watches, as the log names it. */
export const anna = {
  gid: 'g'.repeat(22),
  jkt: 'j'.repeat(43),
  name: 'Anna’s phone',
};

/** An event of each type, in an order in which they may stand. */
export const story: readonly Said[] = [
  { type: 'opened', after: 'nothing' },
  { type: 'started', ...anna },
  {
    type: 'ended',
    start: 1,
    since: OPENED_AT + 1,
    gid: anna.gid,
    name: anna.name,
    path: 'direct',
    reason: 'left',
  },
  { type: 'started', ...anna },
  { type: 'watching', start: 3, since: OPENED_AT + 3, ...anna },
  { type: 'dropped', first: 0, why: 'size' },
  { type: 'interrupted', start: 3, since: OPENED_AT + 3, gid: anna.gid, name: anna.name },
];

/** A camera that keeps a log in memory: for tests, of forgeries too. */
export class TestWatchLog {
  readonly identity: Identity;
  readonly entries: WatchEntry[] = [];
  readonly lines: string[] = [];
  readonly points: WatchPoint[] = [];

  private constructor(identity: Identity) {
    this.identity = identity;
  }

  static async create(): Promise<TestWatchLog> {
    return TestWatchLog.of(await createIdentity({ extractable: false }));
  }

  /** With a key that the test has. */
  static of(identity: Identity): TestWatchLog {
    return new TestWatchLog(identity);
  }

  /** Writes down what is said, each in its place. */
  async write(...events: readonly Said[]): Promise<this> {
    for (const said of events) {
      const head = this.points.at(-1);
      await this.forge(said, { seq: (head?.seq ?? -1) + 1, prev: head?.hash ?? null });
    }
    return this;
  }

  /** Writes down what is said in a place, and if need be at a time, of the caller's choice. */
  async forge(said: Said & { readonly at?: number }, place: WatchPlace): Promise<void> {
    const event = parseWatchEvent({ at: OPENED_AT + place.seq, ...said });
    const entry = placeWatchEvent(place, event);
    this.entries.push(entry);
    this.lines.push(await encodeWatchEntry(entry, this.identity));
    this.points.push({ seq: entry.seq, hash: await hashWatchEntry(entry, this.identity.thumbprint) });
  }
}
