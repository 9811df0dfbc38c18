import type { CommandContext } from './commands/command.ts';
import { COMMANDS, type CommandEntry } from './commands/command-table.ts';
import { EXIT } from './commands/exit-code.ts';
import { explain } from './commands/explain.ts';
import { nearest } from './commands/nearest.ts';
import { parseInput } from './commands/parse-input.ts';
import { UsageError } from './commands/usage-error.ts';

const HELP_WORDS = ['help', '--help', '-h'];
const VERSION_WORDS = ['--version', '-v'];

/** Runs one `latchkey` command; the exit code. */
export async function runCommand(context: CommandContext): Promise<number> {
  try {
    return await dispatch(context, withDefaults(context.args));
  } catch (error) {
    const explanation = explain(error);
    if (explanation === null) throw error;
    const more = error instanceof UsageError ? '\nTry: latchkey help' : '';
    context.writeError(`latchkey: ${explanation.text}${more}`);
    return explanation.exitCode;
  }
}

/** Nothing at all means `run`. */
function withDefaults(args: readonly string[]): readonly string[] {
  const [first = 'run', ...rest] = args;
  return [VERSION_WORDS.includes(first) ? 'version' : first, ...rest];
}

async function dispatch(context: CommandContext, args: readonly string[]): Promise<number> {
  const [first = ''] = args;
  if (HELP_WORDS.includes(first)) return help(context, args.slice(1));
  const isHelp = args.some((arg) => arg === '--help' || arg === '-h');
  const entry = COMMANDS.find(({ name }) => isNamed(args, name));
  if (!entry) return isHelp ? help(context, [first]) : refuse(args);
  const command = await entry.load();
  if (isHelp) return help(context, entry.name.split(' '));
  return command.run(context, parseInput(command, args.slice(entry.name.split(' ').length)));
}

async function help({ write }: CommandContext, words: readonly string[]): Promise<number> {
  const { groupHelp, helpFor, overview } = await import('./commands/help.ts');
  const entry = COMMANDS.find(({ name }) => isNamed(words, name));
  const group = groupOf(words[0]);
  if (words.length === 0) write(overview());
  else if (entry) write(helpFor(entry.name, await entry.load()));
  else if (group.length > 0) write(groupHelp(group));
  else return refuse(words);
  return EXIT.ok;
}

/** @throws UsageError naming the command that was probably meant. */
function refuse(args: readonly string[]): never {
  const [first = '', second = ''] = args;
  const group = groupOf(first).map(({ name }) => name);
  const said = group.length > 0 ? `${first} ${second}`.trim() : first;
  const all = COMMANDS.map(({ name }) => name);
  const meant = nearest(`${first} ${second}`, all) ?? nearest(first, all) ?? (group.join(' or ') || null);
  throw new UsageError(
    `there is no command ${JSON.stringify(said)}${meant === null ? '' : `; ${meant}, perhaps`}`,
  );
}

/** The commands of two words that begin with this one. */
function groupOf(word: string | undefined): readonly CommandEntry[] {
  return COMMANDS.filter(({ name }) => name.startsWith(`${word} `));
}

function isNamed(args: readonly string[], name: string): boolean {
  return name.split(' ').every((word, index) => args[index] === word);
}
