import { type CameraRecord, parseCameraRecord } from './camera-record.ts';
import type { RecordStore } from './record-store.ts';
import { StorageError } from './storage-error.ts';

/** Where damaged records go: in front of the name, so that nothing reads them as cameras again. */
const SET_ASIDE = 'damaged.';

/** What the store holds. */
export interface CameraListing {
  readonly cameras: readonly CameraRecord[];
  /** Names of records that were set aside just now because they could not be read. */
  readonly damaged: readonly string[];
}

/** The cameras that this phone may see, by the `gid` of its grant. */
export class CameraStore {
  readonly #records: RecordStore;
  readonly #ofThisVisit = new Map<string, CameraRecord>();
  /** One after the other: a change reads what the one before has written, and brings back nothing that was removed. */
  #turn: Promise<void> = Promise.resolve();

  constructor(records: RecordStore) {
    this.#records = records;
  }

  /**
   * Every camera that can be read. One that cannot is set aside, not deleted, and the others live on.
   * @throws StorageError `storage_failed`
   */
  async list(): Promise<CameraListing> {
    const cameras: CameraRecord[] = [...this.#ofThisVisit.values()];
    const damaged: string[] = [];
    for (const name of await this.#records.names()) {
      if (name.startsWith(SET_ASIDE)) continue;
      const record = await this.#readOrSetAside(name);
      if (record === null) damaged.push(name);
      else cameras.push(record);
    }
    return { cameras: cameras.sort((a, b) => a.name.localeCompare(b.name)), damaged };
  }

  /** The camera of this `gid`; null where there is none that can be read. @throws StorageError `storage_failed` */
  async read(gid: string): Promise<CameraRecord | null> {
    const temporary = this.#ofThisVisit.get(gid);
    if (temporary !== undefined) return temporary;
    const stored = await this.#records.read(gid);
    try {
      return parseCameraRecord(stored);
    } catch {
      return null; // Absent, or to be set aside when all are listed.
    }
  }

  /**
   * Writes a camera and reads it back. With `isPersistent: false` it is kept for this visit only, as its key is.
   * @throws StorageError `storage_failed` | `storage_lost`; then nothing of it is left.
   */
  async write(camera: CameraRecord, options: { isPersistent: boolean }): Promise<void> {
    if (!options.isPersistent) {
      this.#ofThisVisit.set(camera.gid, camera);
      return;
    }
    await this.#records.write(camera.gid, structuredClone(camera));
    const stored = await this.#records.read(camera.gid);
    if (stored === undefined || stored === null || parseCameraRecord(stored).psk !== camera.psk) {
      await this.#records.remove(camera.gid);
      throw new StorageError('storage_lost', 'the grant was written and is not there');
    }
  }

  /** Changes what is known of a camera; does nothing for an unknown `gid`. @throws StorageError */
  change(gid: string, change: Partial<CameraRecord>): Promise<void> {
    return this.#inTurn(async () => {
      const camera = await this.read(gid);
      const options = { isPersistent: !this.#ofThisVisit.has(gid) };
      if (camera !== null) await this.write({ ...camera, ...change }, options);
    });
  }

  /** @throws StorageError `storage_failed` */
  remove(gid: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#ofThisVisit.delete(gid);
      await this.#records.remove(gid);
    });
  }

  #inTurn(operation: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(operation);
    this.#turn = turn.catch(() => undefined); // Whoever asked for it is told.
    return turn;
  }

  async #readOrSetAside(name: string): Promise<CameraRecord | null> {
    const value = await this.#records.read(name);
    try {
      const record = parseCameraRecord(value);
      if (record.gid === name) return record;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
    }
    await this.#records.write(`${SET_ASIDE}${name}`, value ?? null);
    await this.#records.remove(name);
    return null;
  }
}
