import type { Page } from '@playwright/test';

/** What a page has stored, as far as a script can see it. */
export interface PhoneRecords {
  readonly cameras: readonly Readonly<Record<string, string>>[];
  /** Where there is anything else, keys and pending claims alike: `database/name`. */
  readonly others: readonly string[];
}

/** Reads every store of the page. */
export function readRecords(page: Page): Promise<PhoneRecords> {
  return page.evaluate(async () => {
    const read = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const cameras: Record<string, string>[] = [];
    const others: string[] = [];
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await read(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const records = database.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([
          read(records.getAllKeys()),
          read<unknown[]>(records.getAll()),
        ]);
        if (name === 'latchkey-cameras') cameras.push(...(values as Record<string, string>[]));
        else others.push(...keys.map((key) => `${name}/${key}`));
      }
      database.close();
    }
    return { cameras, others };
  });
}

/** Empties one kind of store, as a browser that clears data would; `all` for every one. */
export function clearStore(page: Page, kind: string): Promise<void> {
  return page.evaluate(async (wanted) => {
    for (const { name = '' } of await indexedDB.databases()) {
      if (wanted !== 'all' && name !== `latchkey-${wanted}`) continue;
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      await new Promise((resolve, reject) => {
        const transaction = database.transaction([...database.objectStoreNames], 'readwrite');
        for (const store of database.objectStoreNames) transaction.objectStore(store).clear();
        transaction.oncomplete = resolve;
        transaction.onerror = () => reject(transaction.error);
      });
      database.close();
    }
  }, kind);
}

/** Writes into the store of cameras whatever one likes. */
export function writeCamera(page: Page, name: string, value: unknown): Promise<void> {
  return page.evaluate(
    ([key, record]) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open('latchkey-cameras');
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const transaction = request.result.transaction('records', 'readwrite');
          transaction.objectStore('records').put(record, key);
          transaction.oncomplete = () => {
            request.result.close();
            resolve();
          };
        };
      }),
    [name, value] as const,
  );
}
