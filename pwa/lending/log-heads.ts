import * as v from 'valibot';
import { digest } from '#shared/message-fields.ts';
import type { WatchPoint } from '#shared/watch-log.ts';
import type { RecordStore } from '../storage/record-store.ts';

const schema = v.strictObject({ seq: v.pipe(v.number(), v.integer(), v.minValue(0)), hash: digest });

/** The newest entry of each camera's log that this phone has checked, by `gid`: a log that lacks it has been tampered with. */
export class LogHeads {
  readonly #records: RecordStore;

  constructor(records: RecordStore) {
    this.#records = records;
  }

  /** Null where none is known. @throws StorageError `storage_failed` */
  async read(gid: string): Promise<WatchPoint | null> {
    const stored = v.safeParse(schema, await this.#records.read(gid));
    return stored.success ? stored.output : null;
  }

  /** @throws StorageError `storage_failed` */
  write(gid: string, head: WatchPoint): Promise<void> {
    return this.#records.write(gid, { ...head });
  }

  /** @throws StorageError `storage_failed` */
  remove(gid: string): Promise<void> {
    return this.#records.remove(gid);
  }
}
