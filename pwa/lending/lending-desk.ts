import { type Clock, numericDateOf } from '#shared/clock.ts';
import type { CameraRecord } from '../storage/camera-record.ts';
import type { RecordStore } from '../storage/record-store.ts';
import type { CameraLink } from '../viewing/camera-link.ts';
import type { PageVisibility } from '../viewing/page-visibility.ts';
import { AccessCache } from './access-cache.ts';
import { CameraLending } from './camera-lending.ts';
import { giveBack } from './give-back.ts';
import { type Lending, LendingError } from './lending.ts';
import type { LoanRecord } from './loan-record.ts';
import { LoanStore } from './loan-store.ts';
import { LogHeads } from './log-heads.ts';

/** What lending needs of the page. */
export interface LendingServices {
  /** The channel to a camera; null for an unknown `gid`. */
  readonly linkOf: (gid: string) => Promise<CameraLink | null>;
  readonly clock: Clock;
  readonly visibility: PageVisibility;
  /** Looks lent from this phone that nobody has used yet, by id. */
  readonly loans: RecordStore;
  /** Access lists as they were last seen, by `gid`. */
  readonly accessLists: RecordStore;
  /** The newest entry that was seen of each camera's log, by `gid`. */
  readonly logHeads: RecordStore;
  /** Where the page is that opens a link, without query and fragment. */
  readonly pageUrl: string;
  /** Told of what went wrong where nobody waits for it. */
  readonly report: (error: unknown) => void;
}

/** All that this phone lends, of whichever camera: the page has one of it. */
export class LendingDesk {
  readonly #services: LendingServices;
  readonly #loans: LoanStore;
  readonly #cache: AccessCache;
  readonly #heads: LogHeads;
  readonly #cameras = new Map<string, CameraLending>();

  constructor(services: LendingServices) {
    this.#services = services;
    this.#loans = new LoanStore(services.loans);
    this.#cache = new AccessCache(services.accessLists);
    this.#heads = new LogHeads(services.logHeads);
  }

  /** Opens a camera's access list. @throws LendingError `invalid_grant` for a camera that this phone does not have. */
  async open(gid: string): Promise<Lending> {
    const camera = await this.#find(gid);
    if (camera === null) throw new LendingError('invalid_grant');
    return camera.open();
  }

  /** Sends what was lent in an earlier visit and never reached its camera. @throws StorageError `storage_failed` */
  async resume(): Promise<void> {
    const loans = await this.#loans.list(numericDateOf(this.#services.clock));
    const unsent = loans.filter(({ stage, refusal }) => stage !== 'lent' && refusal === null);
    // Whoever looks after a camera's loans sends them.
    await Promise.all([...new Set(unsent.map(({ gid }) => gid))].map((gid) => this.#find(gid)));
  }

  /**
   * Deletes what is kept about a camera that is forgotten, and gives the grant back over `link`; null where there is
   * nothing to give back.
   */
  async leave({ gid }: CameraRecord, link: CameraLink | null): Promise<void> {
    const { clock, report } = this.#services;
    this.#cameras.get(gid)?.close();
    this.#cameras.delete(gid);
    await this.#deleteAll(gid).catch(report);
    if (link !== null) await giveBack(link, clock);
  }

  /** Sends and asks nothing more; what is stored is for the next visit. Idempotent. */
  close(): void {
    for (const camera of this.#cameras.values()) camera.close();
    this.#cameras.clear();
  }

  async #find(gid: string): Promise<CameraLending | null> {
    const link = await this.#services.linkOf(gid);
    if (link === null) return null;
    const records = await this.#listOf(gid).catch((error: unknown) => {
      this.#services.report(error);
      return [];
    });
    const known = this.#cameras.get(gid);
    if (known?.link === link) return known;
    // That camera was claimed anew meanwhile.
    known?.close();
    const { clock, visibility, pageUrl, report } = this.#services;
    const stores = { loans: this.#loans, cache: this.#cache, heads: this.#heads };
    const camera = new CameraLending({ link, clock, visibility, pageUrl, report, ...stores }, records);
    this.#cameras.set(gid, camera);
    return camera;
  }

  async #listOf(gid: string): Promise<LoanRecord[]> {
    const loans = await this.#loans.list(numericDateOf(this.#services.clock));
    return loans.filter((loan) => loan.gid === gid);
  }

  async #deleteAll(gid: string): Promise<void> {
    await Promise.all([this.#cache.remove(gid), this.#heads.remove(gid)]);
    for (const { id } of await this.#listOf(gid)) await this.#loans.remove(id);
  }
}
