import { hashWatchEntry, type WatchEntry } from '#shared/watch-entry.ts';
import type { WatchPoint } from '#shared/watch-log.ts';

/** A part of a log that holds in itself. */
export interface LogPart {
  /** Oldest first; none where there is nothing before what was asked for. */
  readonly entries: readonly WatchEntry[];
  /** The newest of them. */
  readonly head: WatchPoint | null;
  /** Number of the oldest entry that there is. */
  readonly first: number;
}

/**
 * Follows a log from its newest entry backwards, part by part: each must end where the one after it begins, `anchor`, an
 * entry that was seen at an earlier time, must be on the way, and the last one must begin where the log says it does.
 */
export class LogTrail {
  readonly #thumbprint: string;
  /** Null where nothing was seen before, and once it has been passed. */
  #anchor: WatchPoint | null;
  /** The newest entry of the next part; null before the first one, and past entry 0. */
  #next: WatchPoint | null = null;
  #head: WatchPoint | null = null;
  /** Where the log began each time it was asked for: at more than one place when it was shortened meanwhile. */
  readonly #firsts = new Set<number>();
  /** Where it begins as its newest `dropped` says. */
  #stated: number | null = null;
  #isBroken = false;

  constructor(anchor: WatchPoint | null, thumbprint: string) {
    this.#anchor = anchor;
    this.#thumbprint = thumbprint;
  }

  /** Whether this is the next part. */
  async follow(part: LogPart): Promise<boolean> {
    const isGenuine = part.head === null ? this.#mayBeEmpty(part) : await this.#continues(part);
    const [oldest] = part.entries;
    this.#head ??= part.head;
    this.#next = oldest && oldest.prev !== null ? { seq: oldest.seq - 1, hash: oldest.prev } : null;
    this.#isBroken ||= !isGenuine;
    return isGenuine;
  }

  /** The newest entry, to be the anchor of another time; null while it is not known to follow the present one. */
  headAt({ isEnd }: { isEnd: boolean }): WatchPoint | null {
    // A camera that has dropped the anchor, as it does with what is old, has nothing left to show.
    const isLinked = this.#anchor === null || isEnd;
    return isLinked && !this.#isBroken ? this.#head : null;
  }

  /** What is older may have been dropped between two parts; of a log that was seen before something is left. */
  #mayBeEmpty({ first }: LogPart): boolean {
    return this.#next === null ? this.#anchor === null : first > this.#next.seq;
  }

  async #continues(part: LogPart): Promise<boolean> {
    const isNext = this.#next === null || isSame(this.#next, part.head);
    const isWhole = this.#beginsAsStated(part);
    return (await this.#keepsAnchor(part)) && isNext && isWhole;
  }

  async #keepsAnchor({ entries }: LogPart): Promise<boolean> {
    const anchor = this.#anchor;
    const [oldest] = entries;
    if (anchor === null || oldest === undefined) return true;
    const index = anchor.seq - oldest.seq;
    if (index < -1) return true; // It is in a part still to come.
    this.#anchor = null;
    const entry = entries[index];
    const hash = index === -1 ? oldest.prev : entry && (await hashWatchEntry(entry, this.#thumbprint));
    return hash === anchor.hash;
  }

  #beginsAsStated({ entries, first }: LogPart): boolean {
    this.#firsts.add(first);
    this.#stated ??= entries.findLast((entry) => entry.type === 'dropped')?.first ?? null;
    const oldest = entries[0]?.seq ?? first;
    if (oldest !== first) return oldest > first;
    return this.#firsts.size > 1 || first === (this.#stated ?? 0);
  }
}

function isSame(expected: WatchPoint, found: WatchPoint | null): boolean {
  return found !== null && found.seq === expected.seq && found.hash === expected.hash;
}
