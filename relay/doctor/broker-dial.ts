import { randomBytes } from 'node:crypto';
import type { Rendezvous, RendezvousAddress } from '#shared/rendezvous.ts';
import type { RendezvousError } from '#shared/rendezvous-error.ts';
import type { openRendezvous } from '../rendezvous/mqtt-rendezvous.ts';

/** Opens connections; `openRendezvous` where it is not a test's. */
export type OpenBroker = typeof openRendezvous;

/** A broker that was dialled. */
export type Dialled =
  | { readonly type: 'reached'; readonly rendezvous: Rendezvous }
  /** `error` null: nothing was heard of it in time. */
  | { readonly type: 'missed'; readonly error: RendezvousError | null };

/** Longer than a phone would wait for its camera. */
const REACH_LIMIT_MS = 8_000;

/** Dials one broker; whoever gets a rendezvous closes it. */
export async function dialBroker(
  open: OpenBroker,
  address: RendezvousAddress,
  signal: AbortSignal,
): Promise<Dialled> {
  const { promise, resolve } = Promise.withResolvers<Dialled>();
  let lost: RendezvousError | null = null;
  const giveUp = () => resolve({ type: 'missed', error: lost });
  const rendezvous = open([address], {
    report: () => undefined,
    onLost: (error) => {
      lost = error;
      // Whoever was refused is refused again; anything else may pass.
      if (error.code === 'refused') giveUp();
    },
  });
  const look = () => rendezvous.state === 'online' && resolve({ type: 'reached', rendezvous });
  rendezvous.onStateChange(look);
  look();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(REACH_LIMIT_MS)]);
  limit.addEventListener('abort', giveUp, { once: true });
  const dialled = await promise;
  limit.removeEventListener('abort', giveUp);
  if (dialled.type === 'missed') await rendezvous.close();
  return dialled;
}

/**
 * Whether what is published on one reaches who listens on the other, as between a phone and its camera: on a topic such as
 * channels have, which nobody else knows.
 * @throws RendezvousError when one of them refuses
 */
export async function meet(listening: Rendezvous, speaking: Rendezvous, limitMs: number): Promise<boolean> {
  const topic = `pw1/${randomBytes(16).toString('hex')}`;
  const heard = Promise.withResolvers<boolean>();
  const signal = AbortSignal.timeout(limitMs);
  signal.addEventListener('abort', () => heard.resolve(false), { once: true });
  const unsubscribe = await listening
    .subscribe(topic, () => heard.resolve(true), { signal })
    .catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
  if (unsubscribe === null) return false;
  try {
    await speaking.publish(topic, randomBytes(16), { timeoutMs: limitMs });
    return await heard.promise;
  } finally {
    unsubscribe();
  }
}
