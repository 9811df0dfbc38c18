import { access, constants } from 'node:fs/promises';
import { systemClock } from '../../system-clock.ts';
import { CaptureError } from '../capture-error.ts';
import { askEngine } from './ask-engine.ts';
import { type EngineSettings, planEngine } from './engine-plan.ts';
import type { EngineProgram } from './engine-process.ts';
import type { EngineSource } from './engine-source.ts';
import { absenceOf, errorOfFault } from './engine-words.ts';

export interface TryEngineOptions {
  readonly signal: AbortSignal;
  /** Default Python with our engine. */
  readonly program?: EngineProgram;
}

/**
 * Finds out whether the engine could run with these settings, without opening the device: a camera that runs may have it.
 * @throws CaptureError with what to do | the signal's reason when it is aborted; nothing is left running then.
 */
export async function tryEngine(settings: EngineSettings, options: TryEngineOptions): Promise<void> {
  await checkSource(settings.source);
  options.signal.throwIfAborted();
  const question = `check ${JSON.stringify(planEngine(settings))}`;
  const message = await askEngine(question, { ...options, clock: systemClock });
  if (message.type === 'ready') return;
  if (message.type === 'fault') throw errorOfFault(message, settings.source);
  throw new CaptureError('failed_to_start', 'The camera engine answers something else.');
}

async function checkSource(source: EngineSource): Promise<void> {
  if (source.type !== 'file' && source.type !== 'v4l2') return;
  const rights = source.type === 'v4l2' ? constants.R_OK | constants.W_OK : constants.R_OK;
  try {
    await access(source.path, rights);
  } catch (cause) {
    throw absenceOf(source, cause);
  }
}
