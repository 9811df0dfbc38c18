import type { Clock } from '#shared/clock.ts';
import type { EngineMessage } from './engine-message.ts';
import { EngineProcess, type EngineProgram } from './engine-process.ts';
import { errorOfExit } from './engine-words.ts';

export interface AskEngineOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Default Python with our engine. */
  readonly program?: EngineProgram;
}

/** It has said what it had to say. */
const END_GRACE_MS = 200;

/**
 * Asks an engine one thing, and ends it.
 * @throws CaptureError where it cannot be asked | the signal's reason when it is aborted; nothing is left running then.
 */
export async function askEngine(
  question: string,
  { clock, signal, program }: AskEngineOptions,
): Promise<EngineMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<EngineMessage>();
  const engine = new EngineProcess({
    clock,
    onMessage: resolve,
    onExit: (exit) => reject(errorOfExit(exit)),
    ...(program ? { program } : {}),
  });
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    engine.command(question);
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    engine.stop(END_GRACE_MS);
    await engine.gone;
  }
}
