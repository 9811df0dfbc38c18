import type { Clock } from '#shared/clock.ts';

/** What bounds a start. */
export interface StartBounds {
  readonly clock: Clock;
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  /** Called when the limit is reached first; it has the start fail. */
  readonly onLimit: () => void;
  /** Called when the signal is aborted first; it has the start fail, too. */
  readonly onAbort: () => void;
}

/**
 * Sees a start to its end, and leaves no timer and no listener behind.
 * @throws the signal's reason when it is aborted | whatever the start fails with
 */
export async function startWithin(
  { clock, limitMs, signal, onLimit, onAbort }: StartBounds,
  start: () => Promise<void>,
): Promise<void> {
  signal?.addEventListener('abort', onAbort, { once: true });
  const cancelLimit = clock.after(limitMs, onLimit);
  try {
    await start();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    cancelLimit();
    signal?.removeEventListener('abort', onAbort);
  }
}
