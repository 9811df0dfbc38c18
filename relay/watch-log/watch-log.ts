import { join } from 'node:path';
import { type Clock, numericDateOf } from '#shared/clock.ts';
import type { Identity } from '#shared/envelope.ts';
import { cleanName } from '#shared/message-fields.ts';
import type { Farewell } from '#shared/verdicts.ts';
import type { WatchEvent } from '#shared/watch-entry.ts';
import type { WatchPoint } from '#shared/watch-log.ts';
import { encodeWatchPage, MAX_PAGE_ENTRIES, type WatchPage } from '#shared/watch-page.ts';
import { errorCode, type Log, shortThumbprint } from '../log.ts';
import { type OpenViewing, openViewings, type Watcher } from './open-viewing.ts';
import { type Salvaged, salvage } from './salvage.ts';
import { WatchChain } from './watch-chain.ts';
import { WATCH_LOG_FILE, WatchLogFile } from './watch-log-file.ts';

/** A thousand viewings: half a year of a busy household. Reading it takes a start of the camera no noticeable time. */
export const MAX_WATCH_LOG_BYTES = 1024 * 1024;
/** Half of it, so that the file is written anew once in five hundred viewings. */
const KEPT_BYTES = MAX_WATCH_LOG_BYTES / 2;

export interface WatchLogOptions {
  /** The state directory. */
  readonly directory: string;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly log: Log;
}

/** How a viewing ended. */
export interface ViewingEnd {
  readonly path: 'direct' | 'relayed' | null;
  readonly reason: Farewell;
}

/** A part of the log for a phone. */
export interface WatchLogPart {
  /** The number of the oldest entry that the camera still has. */
  readonly first: number;
  /** Null where there is nothing before the number that was asked for. */
  readonly page: WatchPage | null;
}

/**
 * Who watched, from when to when, signed by the camera. Nothing here fails a viewing: what cannot be written to disk is
 * kept in memory, in the same bounds, and tried again with the next entry.
 */
export class WatchLog {
  readonly #options: WatchLogOptions;
  readonly #file: WatchLogFile;
  readonly #chain: WatchChain;
  /** By the number of the entry that began them. */
  readonly #open = new Map<number, OpenViewing>();
  /** What is to be written when its turn comes. */
  #waiting: (() => Promise<void>)[] = [];
  #turn: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(options: WatchLogOptions, file: WatchLogFile, chain: WatchChain) {
    this.#options = options;
    this.#file = file;
    this.#chain = chain;
  }

  /**
   * Reads the log, or begins one. What a power cut left unfinished is cut off; of a damaged file, which is kept aside, the
   * newest part that holds together goes on. Viewings without an end were interrupted by the restart. Never rejects.
   */
  static async open(options: WatchLogOptions): Promise<WatchLog> {
    const { directory, identity, clock, log } = options;
    const file = new WatchLogFile(join(directory, WATCH_LOG_FILE), clock);
    const found = await recover(file, options);
    const watchLog = new WatchLog(options, file, new WatchChain(identity, found.lines, found.head));
    if (found.isDamaged) log.warn('watch log damaged', { kept: found.lines.length });
    watchLog.#goOn(found);
    await watchLog.#turn;
    return watchLog;
  }

  /** The newest entry. */
  get head(): WatchPoint | null {
    return this.#chain.head;
  }

  /** Writes down that a picture begins to flow; the returned function writes down, once, that it has ended. */
  started({ gid, jkt, name }: Watcher): (end: ViewingEnd) => void {
    const since = this.#now();
    const watcher = { gid, jkt, name: cleanName(name) ?? shortThumbprint(jkt) };
    let start: number | null = null;
    let hasEnded = false;
    this.#write(async () => {
      start = await this.#chain.append({ at: since, type: 'started', ...watcher });
      this.#open.set(start, { watcher, start, since, toldBy: start });
    });
    return (end) => {
      const at = this.#now();
      if (!hasEnded) this.#write(async () => this.#writeEnd(start, at, end));
      hasEnded = true;
    };
  }

  /**
   * The newest entries before number `before` (default: of all), `limit` at most (default: what a page may carry). Where
   * they do not fit an envelope the caller asks for half as many; five always do.
   */
  async read({
    before,
    limit = MAX_PAGE_ENTRIES,
  }: {
    before?: number;
    limit?: number;
  }): Promise<WatchLogPart> {
    // What is shown is on disk, if it can be: else a power cut would look like a log that was set back.
    await this.#turn;
    const { first, next } = this.#chain;
    const end = Math.min(before ?? next, next);
    return { first, page: encodeWatchPage(this.#chain.lines(end - limit, end)) };
  }

  /**
   * Writes what is left to write; idempotent. What comes afterwards is not written down, and a viewing that has not ended
   * by now counts as interrupted at the next start.
   */
  async close(): Promise<void> {
    this.#write(nothing);
    this.#isClosed = true;
    await this.#turn;
    await this.#file.close().catch((error: unknown) => this.#complain(error));
  }

  /** What there is to say at a start; and even if it is nothing, an unfinished line is cut off now. */
  #goOn(found: Recovered): void {
    const at = this.#now();
    const { first } = this.#chain;
    if (found.lines.length === 0) {
      this.#say({ at, type: 'opened', after: found.isDamaged ? 'damaged' : 'nothing' });
    } else if (found.isDamaged || found.isBeheaded) {
      this.#say({ at, type: 'dropped', first, why: 'damaged' });
    }
    for (const { start, since, watcher } of openViewings(found.entries)) {
      this.#say({ at, type: 'interrupted', start, since, gid: watcher.gid, name: watcher.name });
    }
    this.#write(nothing);
  }

  #say(event: WatchEvent): void {
    this.#write(async () => {
      await this.#chain.append(event);
    });
  }

  async #writeEnd(start: number | null, at: number, { path, reason }: ViewingEnd): Promise<void> {
    const viewing = start === null ? undefined : this.#open.get(start);
    if (!viewing) return;
    const { since, watcher } = viewing;
    const { gid, name } = watcher;
    await this.#chain.append({ at, type: 'ended', start: viewing.start, since, gid, name, path, reason });
    this.#open.delete(viewing.start);
  }

  #write(entry: () => Promise<void>): void {
    if (this.#isClosed) return;
    this.#waiting.push(entry);
    this.#turn = this.#turn.then(() => this.#writeWaiting());
  }

  async #writeWaiting(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    for (const entry of waiting) await entry().catch((error: unknown) => this.#complain(error));
    await this.#keepBounds().catch((error: unknown) => this.#complain(error));
    await this.#file.save(this.#chain).catch((error: unknown) => this.#complain(error));
  }

  /** Drops the older half of a log that has become too large. Who is still watching is told of again. */
  async #keepBounds(): Promise<void> {
    const chain = this.#chain;
    if (chain.bytes <= MAX_WATCH_LOG_BYTES) return;
    chain.dropDownTo(KEPT_BYTES);
    const { first } = chain;
    const at = this.#now();
    await chain.append({ at, type: 'dropped', first, why: 'size' });
    for (const viewing of [...this.#open.values()].filter(({ toldBy }) => toldBy < first)) {
      const { start, since, watcher } = viewing;
      const toldBy = await chain.append({ at, type: 'watching', start, since, ...watcher });
      this.#open.set(start, { ...viewing, toldBy });
    }
  }

  #complain(error: unknown): void {
    this.#options.log.warn('watch log not written', { code: errorCode(error) });
  }

  #now(): number {
    return numericDateOf(this.#options.clock);
  }
}

const nothing = async (): Promise<void> => undefined;

type Recovered = Omit<Salvaged, 'wholeLines' | 'wholeBytes'>;

const NOTHING: Recovered = { lines: [], entries: [], head: null, isDamaged: false, isBeheaded: false };

async function recover(file: WatchLogFile, { identity, log }: WatchLogOptions): Promise<Recovered> {
  try {
    const text = await file.read();
    if (text === null) return NOTHING;
    const found = await salvage(text, identity);
    const first = (found.head?.seq ?? -1) + 1 - found.lines.length;
    if (!found.isDamaged) file.adopt({ first, next: first + found.wholeLines, bytes: found.wholeBytes });
    return found;
  } catch (error) {
    log.warn('watch log not read', { code: errorCode(error) });
    return { ...NOTHING, isDamaged: true };
  }
}
