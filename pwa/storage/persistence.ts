import type { Clock } from '#shared/clock.ts';

/** Firefox waits for the answer to a prompt that may never be given. */
const PERSIST_TIMEOUT_MS = 2_000;

/**
 * Asks the browser not to evict what this page stored; `false` when it says no, nothing, or cannot be asked.
 * Never throws: the keys work either way, only perhaps not as long.
 */
export async function requestPersistence(
  clock: Clock,
  storage: Pick<StorageManager, 'persist'> | undefined = navigator.storage,
): Promise<boolean> {
  if (typeof storage?.persist !== 'function') return false;
  let cancel = (): void => undefined;
  const silence = new Promise<boolean>((resolve) => {
    cancel = clock.after(PERSIST_TIMEOUT_MS, () => resolve(false));
  });
  try {
    return await Promise.race([storage.persist(), silence]);
  } catch {
    return false; // Refused by policy: as good as a no.
  } finally {
    cancel();
  }
}
