import * as v from 'valibot';
import { type AccessEntry, accessEntry } from '#shared/down-message.ts';
import type { RecordStore } from '../storage/record-store.ts';

/** More than any camera keeps. */
export const MAX_ENTRIES = 1_024;

const schema = v.pipe(v.array(accessEntry), v.maxLength(MAX_ENTRIES));

/** The access list of each camera as it was last seen, by the `gid` of this phone's grant: to look at without the camera. */
export class AccessCache {
  readonly #records: RecordStore;

  constructor(records: RecordStore) {
    this.#records = records;
  }

  /** Null where there is none, or none that can be read. @throws StorageError `storage_failed` */
  async read(gid: string): Promise<readonly AccessEntry[] | null> {
    const stored = v.safeParse(schema, await this.#records.read(gid));
    return stored.success ? stored.output : null;
  }

  /** @throws StorageError `storage_failed` */
  write(gid: string, entries: readonly AccessEntry[]): Promise<void> {
    return this.#records.write(gid, structuredClone(entries));
  }

  /** @throws StorageError `storage_failed` */
  remove(gid: string): Promise<void> {
    return this.#records.remove(gid);
  }
}
