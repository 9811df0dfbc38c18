import type { Clock } from '#shared/clock.ts';
import type { WatchEntry } from '#shared/watch-entry.ts';
import { verifyWatchPage } from '#shared/watch-page.ts';
import type { CameraLink } from '../viewing/camera-link.ts';
import { askCamera } from './camera-request.ts';
import type { WatchLogPage } from './lending.ts';
import type { LogHeads } from './log-heads.ts';
import { type LogPart, LogTrail } from './log-trail.ts';
import { WatchRecords } from './watch-records.ts';

export interface WatchLogReaderOptions {
  readonly link: CameraLink;
  readonly clock: Clock;
  readonly heads: LogHeads;
  /** Told of what went wrong where nobody waits for it. */
  readonly report: (error: unknown) => void;
}

/** Reads a camera's log of who watched, page by page, and checks that it is whole and was not rewritten. */
export class WatchLogReader {
  readonly #options: WatchLogReaderOptions;
  #trail: LogTrail;
  #records = new WatchRecords();

  constructor(options: WatchLogReaderOptions) {
    this.#options = options;
    this.#trail = new LogTrail(null, options.link.camera.camera);
  }

  /** The next page: `before` is that of the page read last, or null to begin anew. @throws LendingError */
  async read(before: number | null): Promise<WatchLogPage> {
    const { link, clock } = this.#options;
    const build = (nonce: string) => ({ type: 'log', body: { nonce, before } }) as const;
    const { page, first } = await askCamera(link, 'logged', build, { clock });
    if (before === null) await this.#begin();
    const part = await this.#verify(page, first);
    // All of a page holds, or nothing of it is worth showing, nor what is before it.
    if (part === null) return { records: [], before: null, isGenuine: false, damagedAt: null };
    const isGenuine = await this.#trail.follow(part);
    const [oldest] = part.entries;
    const goesOn = oldest !== undefined && oldest.seq > first && (before === null || oldest.seq < before);
    await this.#keepHead({ isEnd: !goesOn });
    const records = this.#records.take(part.entries.toReversed());
    const damagedAt = part.entries.findLast(tellsOfDamage)?.at ?? null;
    return { records, before: goesOn ? oldest.seq : null, isGenuine, damagedAt };
  }

  async #begin(): Promise<void> {
    const { link, heads, report } = this.#options;
    const { gid, camera } = link.camera;
    const anchor = await heads.read(gid).catch((error: unknown) => {
      report(error);
      return null;
    });
    this.#trail = new LogTrail(anchor, camera);
    this.#records = new WatchRecords();
  }

  async #verify(page: unknown, first: number): Promise<LogPart | null> {
    if (page === null) return { entries: [], head: null, first };
    const verdict = await verifyWatchPage(page, this.#options.link.camera.cameraJwk);
    return verdict.type === 'authentic' ? { ...verdict, first } : null;
  }

  async #keepHead(options: { isEnd: boolean }): Promise<void> {
    const { link, heads, report } = this.#options;
    const head = this.#trail.headAt(options);
    if (head !== null) await heads.write(link.camera.gid, head).catch(report);
  }
}

/** It holds in itself from there on; but somebody who cut it off before, to hide who watched, has had the camera say so. */
function tellsOfDamage(entry: WatchEntry): boolean {
  if (entry.type === 'dropped') return entry.why === 'damaged';
  return entry.type === 'opened' && entry.after === 'damaged';
}
