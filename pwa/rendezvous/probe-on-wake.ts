import type { Rendezvous } from '#shared/rendezvous.ts';

/** How long a page that wakes up waits for its broker before it connects anew. */
const WAKE_PROBE_MS = 3_000;

/**
 * Probes whenever the page may have slept through the loss of its connection: shown again, restored from the
 * back/forward cache, network back. Returns how to stop.
 */
export function probeOnWake(rendezvous: Pick<Rendezvous, 'probe'>, page: Window = window): () => void {
  const probe = (): void => {
    if (page.document.visibilityState === 'visible') rendezvous.probe(WAKE_PROBE_MS).catch(console.error);
  };
  const listening = new AbortController();
  const { signal } = listening;
  page.document.addEventListener('visibilitychange', probe, { signal });
  page.addEventListener('pageshow', probe, { signal });
  page.addEventListener('online', probe, { signal });
  return () => listening.abort();
}
