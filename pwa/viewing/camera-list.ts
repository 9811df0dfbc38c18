import { type Clock, numericDateOf } from '#shared/clock.ts';
import { cleanName, MAX_NAME_CHARS } from '#shared/message-fields.ts';
import type { KeyStore } from '../identity/key-store.ts';
import type { BorrowRendezvous } from '../rendezvous/rendezvous-pool.ts';
import { type Observable, Subject } from '../state/observable.ts';
import type { CameraRecord } from '../storage/camera-record.ts';
import type { CameraStore } from '../storage/camera-store.ts';
import { StorageError } from '../storage/storage-error.ts';
import type { CameraSummary, LastPicture, LiveSession } from './camera.ts';
import { type CameraLink, NO_NEWS } from './camera-link.ts';
import { endOf, summarize } from './camera-summary.ts';
import { DeferredSession } from './deferred-session.ts';
import type { PageVisibility } from './page-visibility.ts';
import { ReachableCamera } from './reachable-camera.ts';
import type { CreateConnection } from './viewing-peer.ts';

/** Peer connections that are kept ready: each costs sockets, and perhaps a TURN allocation. */
const MAX_PREPARED = 2;
/** A browser's timer fires at once when it is set to more than 24 days. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

export interface CameraListOptions {
  readonly cameras: CameraStore;
  readonly keys: KeyStore;
  readonly borrowRendezvous: BorrowRendezvous;
  readonly clock: Clock;
  readonly visibility: PageVisibility;
  readonly createConnection: CreateConnection;
  /** The last picture of each camera, by `gid`. */
  readonly pictures: Observable<ReadonlyMap<string, LastPicture>>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /**
   * Deletes what else is kept about a camera that is forgotten, and gives the grant back over `link`, where the camera
   * can be told in a short time; null where there is nothing to give back.
   */
  readonly leave: (camera: CameraRecord, link: CameraLink | null) => Promise<void>;
  /** Told of what went wrong where nobody waits for it. */
  readonly report: (error: unknown) => void;
}

/** One line of the list. */
interface Entry {
  camera: CameraRecord;
  /** Null until its key and its rendezvous are at hand, and for good without a key. */
  reachable: ReachableCamera | null;
  /** Resolves when `reachable` is what it will be. */
  ready: Promise<void>;
}

/** The cameras of this phone: which there are, whether they answer, and the way to watch each. */
export class CameraList {
  readonly #options: CameraListOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #isShown = new Subject(false);
  readonly #summaries = new Subject<readonly CameraSummary[] | null>(null);
  readonly #loaded: Promise<void>;
  #cancelExpiry: () => void = () => undefined;

  /** Reads the store and starts to look for every camera in it. */
  constructor(options: CameraListOptions) {
    this.#options = options;
    this.#loaded = this.#load();
    options.pictures.subscribe(() => this.#summaries.value && this.#publish());
  }

  /** By name; `null` until the store has been read. */
  get summaries(): Observable<readonly CameraSummary[] | null> {
    return this.#summaries;
  }

  /** Takes in a camera that was just stored; what was lent of it earlier, and is over, makes room. */
  add(camera: CameraRecord): void {
    for (const { camera: old } of [...this.#entries.values()]) {
      const isSame = old.camera === camera.camera && old.gid !== camera.gid;
      // But for an owner's grant: a broker may repeat an old end of it, and then there was no way back.
      const isOver = old.ending !== null && !old.terms.scope.includes('owner');
      if (isSame && isOver) this.forget(old.gid).catch(this.#options.report);
    }
    this.#insert(camera);
    this.#publish();
  }

  /** Says whether somebody looks at the list: then a tap is likely, and connections are made ready for it. */
  show(isShown: boolean): void {
    this.#isShown.set(isShown);
  }

  /** Starts a viewing at once; of an unknown id it ends as `refused`. */
  open(id: string): LiveSession {
    const reachable = this.#entries.get(id)?.reachable;
    if (reachable) return reachable.open();
    const due = this.#loaded.then(() => this.#entries.get(id)?.ready);
    return new DeferredSession(() => this.#entries.get(id)?.reachable?.open() ?? null, due);
  }

  /** The channel to a camera once it is there; null for an unknown id and where its key is gone. */
  async linkOf(id: string): Promise<CameraLink | null> {
    await this.#loaded;
    await this.#entries.get(id)?.ready;
    return this.#entries.get(id)?.reachable?.link ?? null;
  }

  /** Deletes a camera here, and gives its grant back where the camera can be told. @throws StorageError `storage_failed` */
  async forget(id: string): Promise<void> {
    const { cameras, keys, leave, report } = this.#options;
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    this.#publish();
    try {
      await cameras.remove(id);
      if (entry === undefined) return;
      await keys.remove(entry.camera.phone);
      // The key lives on in memory until the camera has been told.
      const link = entry.camera.ending === null ? entry.reachable?.link : null;
      await leave(entry.camera, link ?? null).catch(report);
    } finally {
      entry?.reachable?.close();
    }
  }

  /** @throws RangeError for a name that is empty or longer than 64 characters; StorageError. */
  async rename(id: string, name: string): Promise<void> {
    const cleaned = name.length > MAX_NAME_CHARS ? null : cleanName(name);
    if (cleaned === null) throw new RangeError('a name has 1 to 64 characters');
    await this.#options.cameras.change(id, { name: cleaned });
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.camera = { ...entry.camera, name: cleaned };
    this.#publish();
  }

  async #load(): Promise<void> {
    const { cameras, report } = this.#options;
    try {
      const listing = await cameras.list();
      for (const name of listing.damaged)
        report(new Error(`the record of camera ${name.slice(0, 8)} was set aside`));
      for (const camera of listing.cameras) if (!this.#entries.has(camera.gid)) this.#insert(camera);
    } catch (error) {
      report(error);
    }
    this.#publish();
  }

  #insert(camera: CameraRecord): void {
    this.#entries.get(camera.gid)?.reachable?.close();
    const entry: Entry = { camera, reachable: null, ready: Promise.resolve() };
    this.#entries.set(camera.gid, entry);
    entry.ready = this.#reach(entry).catch(this.#options.report);
  }

  /** Finds the key and the rendezvous of a camera, and starts to look for it. */
  async #reach(entry: Entry): Promise<void> {
    const { keys, borrowRendezvous, clock, visibility, createConnection, random } = this.#options;
    const { camera } = entry;
    const identity = await keys.load(camera.phone);
    if (identity === null) throw new StorageError('storage_lost', 'the key of a camera is gone');
    const loan = await borrowRendezvous(camera.rendezvous);
    // Forgotten meanwhile, or replaced by a newer grant.
    if (this.#entries.get(camera.gid) !== entry) {
      loan.release();
      return;
    }
    const current = [...this.#entries.values()].filter((one) => one.camera.ending === null);
    const isPrepared = current.indexOf(entry) < MAX_PREPARED;
    const parts = { camera, identity, loan, isPrepared, isListShown: this.#isShown };
    entry.reachable = new ReachableCamera({ ...parts, clock, visibility, createConnection, random });
    const { presence, news, terms, ending } = entry.reachable.link;
    for (const each of [presence, news]) each.subscribe(() => this.#publish());
    terms.subscribe((value) => this.#learn(entry, { terms: value }));
    ending.subscribe((value) => this.#learn(entry, { ending: value }));
  }

  /** Takes over what the camera said of its grant. */
  #learn(entry: Entry, change: Partial<CameraRecord>): void {
    entry.camera = { ...entry.camera, ...change };
    this.#publish();
    this.#options.cameras.change(entry.camera.gid, change).catch(this.#options.report);
  }

  #publish(): void {
    const { clock, pictures } = this.#options;
    const nowS = numericDateOf(clock);
    const entries = [...this.#entries.values()].sort((a, b) => a.camera.name.localeCompare(b.camera.name));
    this.#summaries.set(
      entries.map(({ camera, reachable }) =>
        summarize(
          camera,
          {
            presence: reachable?.link.presence.value ?? 'checking',
            ...(reachable?.link.news.value ?? NO_NEWS),
            picture: pictures.value.get(camera.gid) ?? null,
          },
          nowS,
        ),
      ),
    );
    const ends = entries.map(({ camera }) => endOf(camera, nowS)).filter((end) => end !== null);
    this.#cancelExpiry();
    if (ends.length === 0) return;
    const waitMs = Math.min(...ends) * 1000 - clock.nowMs();
    this.#cancelExpiry = clock.after(Math.min(waitMs, LONGEST_WAIT_MS), () => this.#publish());
  }
}
