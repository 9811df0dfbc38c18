import { FakeClock } from '#shared/testing/fake-clock.ts';
import { runCommand } from '../run-command.ts';

/** Where somebody types commands, and reads what they say. */
export class TestTerminal {
  readonly clock = new FakeClock();
  readonly #env: Readonly<Record<string, string>>;
  output = '';
  errors = '';
  /** What is said to questions, one after another; null: nobody is there. */
  answers: string[] | null = null;
  readonly questions: string[] = [];

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  /** Runs a command, and resolves with its exit code; whoever is to be stopped is asked to at once. */
  type(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
    return runCommand({
      ...{ args, clock: this.clock, isTerminal: false },
      env: { ...this.#env, ...env },
      write: (text) => {
        this.output += `${text}\n`;
      },
      writeError: (text) => {
        this.errors += `${text}\n`;
      },
      ask: async (question) => {
        this.questions.push(question);
        return this.answers === null ? null : (this.answers.shift() ?? '');
      },
      untilStopped: async () => undefined,
    });
  }
}
