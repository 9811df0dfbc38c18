import { join } from 'node:path';
import { NODE } from '../stage/house.ts';
import { runCommand } from './command.ts';
import type { Namespace } from './namespace.ts';

/** What to ask a TURN server. */
export interface TurnQuestions {
  readonly server: string;
  readonly username: string;
  readonly credential: string;
  /** Addresses to be let through to. */
  readonly peers: readonly string[];
}

/** Each `accepted`, or the error code of RFC 8489 §14.8 and RFC 8656 §19. */
export interface TurnAnswers {
  readonly allocation: string;
  readonly permissions: Readonly<Record<string, string>>;
}

/** Asks a TURN server from somewhere in the lab. */
export async function askTurn(from: Namespace, questions: TurnQuestions): Promise<TurnAnswers> {
  const program = join(import.meta.dirname, 'turn-probe.ts');
  // Our own program, and the type is its own.
  return JSON.parse(await runCommand(from.command(NODE, program, JSON.stringify(questions))));
}
