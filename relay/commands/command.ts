import type { Clock } from '#shared/clock.ts';

/** What a command needs of the process it runs in. */
export interface CommandContext {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Whether `write` shows colours. */
  readonly isTerminal: boolean;
  /** Puts a question to whoever typed the command; null where nobody is there to answer. */
  readonly ask: (question: string) => Promise<string | null>;
  /** Resolves when the process is asked to end. */
  readonly untilStopped: () => Promise<void>;
}

/** What may be said after the name of a command. */
export interface CommandOption {
  readonly type: 'boolean' | 'string';
  /** What its value stands for in the help, as `N` in `--tail N`. */
  readonly value?: string;
  readonly meaning: string;
}

export type CommandOptions = Readonly<Record<string, CommandOption>>;

/** What was said, by the options that there are. */
export interface CommandInput<O extends CommandOptions = CommandOptions> {
  readonly options: {
    readonly [K in keyof O]: O[K]['type'] extends 'boolean' ? boolean : string | null;
  };
  /** As many as the command has `operands`. */
  readonly operands: readonly string[];
}

/** One thing that `latchkey` does. */
export interface Command<O extends CommandOptions = CommandOptions> {
  /** Names of what must follow, as `ID`. */
  readonly operands: readonly string[];
  readonly options: O;
  /** More than its one line in the list of commands; one paragraph. */
  readonly description: string;
  /** Does it; resolves with the exit code. */
  run(context: CommandContext, input: CommandInput<O>): Promise<number>;
}

/** A command whose `run` sees the options that it has. */
export function defineCommand<const O extends CommandOptions>(command: Command<O>): Command {
  return command;
}
