import { join } from 'node:path';
import { NODE } from '../stage/house.ts';
import { runCommand } from './command.ts';
import type { Namespace } from './namespace.ts';

/** What to ask a TURN server. */
export interface TurnQuestions {
  /** IPv4 address. */
  readonly server: string;
  readonly username: string;
  readonly credential: string;
  /** Of the address to be given. Default 4. */
  readonly family?: 4 | 6;
  /** Addresses to be let through to, of that family. */
  readonly peers: readonly string[];
}

/** Each `accepted`, or the code of the refusal (RFC 8489 §14.8, RFC 8656 §19). */
export interface TurnAnswers {
  readonly allocation: string;
  readonly permissions: Readonly<Record<string, string>>;
}

/** An answer that refuses nothing. */
export const ACCEPTED = 'accepted';

/** Asks a TURN server from somewhere in the lab. */
export async function askTurn(from: Namespace, questions: TurnQuestions): Promise<TurnAnswers> {
  const program = join(import.meta.dirname, 'turn-probe.ts');
  // Our own program, and the type is its own.
  return JSON.parse(await runCommand(from.command(NODE, program, JSON.stringify(questions))));
}
