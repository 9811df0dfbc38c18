import type { CommandContext } from './command.ts';
import { UsageError } from './usage-error.ts';

/**
 * Asks whether to go on; only a plain yes is one.
 * @throws UsageError where nobody is there to answer.
 */
export async function confirm({ ask }: CommandContext, question: string): Promise<boolean> {
  const answer = await ask(`${question} [y/N] `);
  if (answer === null) throw new UsageError('nobody is there to be asked whether to go on; say --yes');
  return /^y(es)?$/i.test(answer.trim());
}
