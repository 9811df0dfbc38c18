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

  /** Gives a camera another name on this phone; does nothing for an unknown `gid`. @throws StorageError */
  async rename(gid: string, name: string): Promise<void> {
    const { cameras } = await this.list();
    const camera = cameras.find((one) => one.gid === gid);
    if (camera === undefined) return;
    await this.write({ ...camera, name }, { isPersistent: !this.#ofThisVisit.has(gid) });
  }

  /** @throws StorageError `storage_failed` */
  async remove(gid: string): Promise<void> {
    this.#ofThisVisit.delete(gid);
    await this.#records.remove(gid);
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
