import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { SoundFault, SoundPart } from '../sound-devices.ts';
import type { SoundSettings } from '../sound-settings.ts';
import { encodeSoundSettings, soundEngineProgram } from './sound-engine.ts';
import { type SoundMessage, SoundMessageReader } from './sound-message.ts';

export interface TrySoundEngineOptions {
  readonly signal: AbortSignal;
  /** The engine's program and leading arguments; default Python with our script. */
  readonly program?: readonly [program: string, ...args: string[]];
}

/** What came of opening each device for a moment; `fault` is null for one that could be opened. */
export interface TriedPart {
  readonly part: SoundPart;
  readonly fault: Omit<SoundFault, 'part'> | null;
}

/**
 * Opens every device of these settings for a moment, one after the other.
 * @throws the signal's reason when it is aborted; nothing is left running then.
 */
export async function trySoundEngine(
  settings: SoundSettings,
  { signal, program = soundEngineProgram() }: TrySoundEngineOptions,
): Promise<readonly TriedPart[]> {
  const parts = (['microphone', 'speaker', 'screen'] as const).filter((part) => settings[part] !== null);
  if (parts.length === 0) return [];
  const said = await listenTo([...program, ...encodeSoundSettings(settings), '--check'], signal);
  return parts.map((part) => ({ part, fault: faultOf(part, said) }));
}

function faultOf(part: SoundPart, said: readonly SoundMessage[]): TriedPart['fault'] {
  for (const message of said) {
    if (message.type === 'ready' && message.part === part) return null;
    if (message.type === 'fault' && (message.part === part || message.part === 'engine'))
      return message.fault;
  }
  return { code: 'failed_to_start', message: 'The sound engine says nothing of it.' };
}

async function listenTo([command = '', ...args]: readonly string[], signal: AbortSignal) {
  const child = spawn(command, args, {
    ...{ stdio: ['ignore', 'ignore', 'ignore', 'pipe'], signal, killSignal: 'SIGKILL' },
  });
  const [said] = await Promise.all([
    read(child.stdio[3] as Readable, () => child.kill('SIGKILL')),
    once(child, 'close').catch(() => signal.throwIfAborted()),
  ]);
  return said;
}

async function read(messages: Readable, onNonsense: () => void): Promise<readonly SoundMessage[]> {
  const reader = new SoundMessageReader();
  const said: SoundMessage[] = [];
  try {
    for await (const chunk of messages) said.push(...reader.push(chunk));
  } catch {
    onNonsense();
  }
  return said;
}
