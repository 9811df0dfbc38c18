import type { Rendezvous } from '#shared/rendezvous.ts';

/** The Network Information API, where a browser has it: Chrome on Android does, Safari does not. */
interface ConnectedNavigator extends Navigator {
  readonly connection?: EventTarget & { readonly type?: string };
}

/** How long a page that wakes up waits for its broker before it connects anew. */
const WAKE_PROBE_MS = 3_000;
/** On another network nothing comes by the connection of the one before, and dialling takes less time than to ask. */
const NETWORK_PROBE_MS = 0;

/**
 * Probes whenever the page may have slept through the loss of its connection, shown again or restored from the
 * back/forward cache; connects anew when the network is another. Returns how to stop.
 */
export function probeOnWake(rendezvous: Pick<Rendezvous, 'probe'>, page: Window = window): () => void {
  const { connection }: ConnectedNavigator = page.navigator;
  let type = connection?.type;
  const probeWithin = (timeoutMs: number): void => {
    if (page.document.visibilityState === 'visible') rendezvous.probe(timeoutMs).catch(console.error);
  };
  const probe = (): void => probeWithin(WAKE_PROBE_MS);
  const renew = (): void => probeWithin(NETWORK_PROBE_MS);
  const compare = (): void => {
    // The same event tells of every new estimate of the speed.
    if (connection?.type === type) return;
    type = connection?.type;
    renew();
  };
  const listening = new AbortController();
  const { signal } = listening;
  page.document.addEventListener('visibilitychange', probe, { signal });
  page.addEventListener('pageshow', probe, { signal });
  page.addEventListener('online', renew, { signal });
  connection?.addEventListener('change', compare, { signal });
  return () => listening.abort();
}
