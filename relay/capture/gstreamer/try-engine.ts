import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { CaptureError } from '../capture-error.ts';
import {
  type EngineSettings,
  type EngineSource,
  encodeEngineSettings,
  engineProgram,
} from './engine-command.ts';
import { type EngineMessage, EngineMessageReader } from './engine-message.ts';
import { describeAbsence, describeFault, describeMissingProgram } from './engine-words.ts';

export interface TryEngineOptions {
  readonly signal: AbortSignal;
  /** The engine's program and leading arguments; default Python with our script. */
  readonly program?: readonly [program: string, ...args: string[]];
}

/**
 * Finds out whether the engine could run with these settings, without opening the device: a camera that runs may have it.
 * @throws CaptureError with what to do | the signal's reason when it is aborted; nothing is left running then.
 */
export async function tryEngine(
  settings: EngineSettings,
  { signal, program = engineProgram() }: TryEngineOptions,
): Promise<void> {
  await checkSource(settings.source);
  signal.throwIfAborted();
  const [command, ...args] = program;
  const child = spawn(command, [...args, ...encodeEngineSettings(settings), '--check'], {
    ...{ stdio: ['ignore', 'ignore', 'ignore', 'pipe'], signal, killSignal: 'SIGKILL' },
  });
  const [message] = await Promise.all([firstMessage(child), ended(child, command, signal)]);
  if (message?.type === 'ready') return;
  if (message?.type !== 'fault') throw new CaptureError('failed_to_start', 'The camera engine says nothing.');
  const code = message.code === 'died' ? 'failed_to_start' : message.code;
  throw new CaptureError(code, describeFault(message));
}

async function checkSource(source: EngineSource): Promise<void> {
  if (source.type === 'test') return;
  const rights = source.type === 'v4l2' ? constants.R_OK | constants.W_OK : constants.R_OK;
  try {
    await access(source.path, rights);
  } catch (cause) {
    throw new CaptureError('failed_to_start', describeAbsence(source), { cause });
  }
}

/** Null where there is none, or what comes is none. */
async function firstMessage(child: ChildProcess): Promise<EngineMessage | null> {
  const reader = new EngineMessageReader();
  try {
    for await (const chunk of child.stdio[3] as Readable) {
      const [message] = reader.push(chunk);
      if (message) return message;
    }
  } catch {
    child.kill('SIGKILL');
  }
  return null;
}

async function ended(child: ChildProcess, program: string, signal: AbortSignal): Promise<void> {
  try {
    await once(child, 'close');
  } catch (cause) {
    signal.throwIfAborted();
    throw new CaptureError('missing_program', describeMissingProgram(program), { cause });
  }
}
