import type { Clock } from '#shared/clock.ts';
import { cleanName, MAX_NAME_CHARS } from '#shared/message-fields.ts';
import { hasScope } from '#shared/scope.ts';
import type { KeyStore } from '../identity/key-store.ts';
import type { BorrowRendezvous } from '../rendezvous/rendezvous-pool.ts';
import { type Observable, Subject } from '../state/observable.ts';
import type { CameraRecord } from '../storage/camera-record.ts';
import type { CameraStore } from '../storage/camera-store.ts';
import { StorageError } from '../storage/storage-error.ts';
import type { CameraSummary, LiveSession } from './camera.ts';
import { DeferredSession } from './deferred-session.ts';
import type { PageVisibility } from './page-visibility.ts';
import { ReachableCamera } from './reachable-camera.ts';
import type { CreateConnection } from './viewing-peer.ts';

/** Peer connections that are kept ready: each costs sockets, and perhaps a TURN allocation. */
const MAX_PREPARED = 2;

export interface CameraListOptions {
  readonly cameras: CameraStore;
  readonly keys: KeyStore;
  readonly borrowRendezvous: BorrowRendezvous;
  readonly clock: Clock;
  readonly visibility: PageVisibility;
  readonly createConnection: CreateConnection;
  /** Uniform in [0, 1). */
  readonly random: () => number;
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
  readonly #summaries = new Subject<readonly CameraSummary[] | null>(null);
  readonly #loaded: Promise<void>;

  /** Reads the store and starts to look for every camera in it. */
  constructor(options: CameraListOptions) {
    this.#options = options;
    this.#loaded = this.#load();
  }

  /** By name; `null` until the store has been read. */
  get summaries(): Observable<readonly CameraSummary[] | null> {
    return this.#summaries;
  }

  /** Takes in a camera that was just stored. */
  add(camera: CameraRecord): void {
    this.#drop(camera.gid);
    const entry: Entry = { camera, reachable: null, ready: Promise.resolve() };
    this.#entries.set(camera.gid, entry);
    entry.ready = this.#reach(entry).catch(this.#options.report);
    this.#publish();
  }

  /** Starts a viewing at once; of an unknown id it ends as `refused`. */
  open(id: string): LiveSession {
    const reachable = this.#entries.get(id)?.reachable;
    if (reachable) return reachable.open();
    const due = this.#loaded.then(() => this.#entries.get(id)?.ready);
    return new DeferredSession(() => this.#entries.get(id)?.reachable?.open() ?? null, due);
  }

  /** @throws StorageError `storage_failed` */
  async forget(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    this.#drop(id);
    this.#publish();
    await this.#options.cameras.remove(id);
    if (entry) await this.#options.keys.remove(entry.camera.phone);
  }

  /** @throws RangeError for a name that is empty or longer than 64 characters; StorageError. */
  async rename(id: string, name: string): Promise<void> {
    const cleaned = name.length > MAX_NAME_CHARS ? null : cleanName(name);
    if (cleaned === null) throw new RangeError('a name has 1 to 64 characters');
    await this.#options.cameras.rename(id, cleaned);
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
      for (const camera of listing.cameras) if (!this.#entries.has(camera.gid)) this.add(camera);
    } catch (error) {
      report(error);
    }
    this.#publish();
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
    const isPrepared = [...this.#entries.keys()].indexOf(camera.gid) < MAX_PREPARED;
    const parts = { camera, identity, loan, isPrepared };
    entry.reachable = new ReachableCamera({ ...parts, clock, visibility, createConnection, random });
    entry.reachable.link.presence.subscribe(() => this.#publish());
  }

  #drop(id: string): void {
    this.#entries.get(id)?.reachable?.close();
    this.#entries.delete(id);
  }

  #publish(): void {
    const entries = [...this.#entries.values()].sort((a, b) => a.camera.name.localeCompare(b.camera.name));
    this.#summaries.set(entries.map(summarize));
  }
}

function summarize({ camera, reachable }: Entry): CameraSummary {
  return {
    id: camera.gid,
    name: camera.name,
    presence: reachable?.link.presence.value ?? 'checking',
    role: hasScope(camera.terms.scope, 'owner') ? 'owner' : 'guest',
    terms: camera.terms,
    ending: null,
  };
}
