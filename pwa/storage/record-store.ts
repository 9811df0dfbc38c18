// The one file that imports idb-keyval.
import { createStore, del, get, keys, set } from 'idb-keyval';
import { StorageError } from './storage-error.ts';

/** Values by name that outlive the page; whatever comes back is checked by whoever asked. */
export interface RecordStore {
  /** `undefined` where there is none. @throws StorageError `storage_failed` */
  read(name: string): Promise<unknown>;
  /** @throws StorageError `storage_failed` */
  write(name: string, value: unknown): Promise<void>;
  /** @throws StorageError `storage_failed` */
  remove(name: string): Promise<void>;
  /** @throws StorageError `storage_failed` */
  names(): Promise<string[]>;
}

/** Opens a store in IndexedDB: one database a kind, so that a damaged one takes nothing else with it. */
export function openRecordStore(kind: string): RecordStore {
  const store = createStore(`latchkey-${kind}`, 'records');
  return {
    read: (name) => translate(get(name, store)),
    write: (name, value) => translate(set(name, value, store)),
    remove: (name) => translate(del(name, store)),
    names: async () => (await translate(keys(store))).filter((key) => typeof key === 'string'),
  };
}

/** IndexedDB rejects with `DataCloneError`, `QuotaExceededError`, `InvalidStateError` and others: to us they are one. */
async function translate<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    throw new StorageError('storage_failed', 'the browser would not store or read', { cause });
  }
}
