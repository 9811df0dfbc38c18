import { parseArgs } from 'node:util';
import type { Command, CommandInput } from './command.ts';
import { nearest } from './nearest.ts';
import { UsageError } from './usage-error.ts';

/** No option has one letter: what looks like it is an id that begins with a dash. */
const DASHED = /^-[^-]/;

/**
 * Reads what follows the name of a command.
 * @throws UsageError naming what is not understood, and what was probably meant.
 */
export function parseInput({ options, operands }: Command, args: readonly string[]): CommandInput {
  // Not strict, because its words for what is wrong are meant for programmers.
  const parsed = parseArgs({
    args: setIdsApart(args),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of parsed.tokens) if (token.kind === 'option') check(token, options);
  const values = Object.entries(options).map(([name, { type }]) => {
    const value = parsed.values[name];
    return [name, type === 'boolean' ? value === true : (value ?? null)];
  });
  return {
    options: Object.fromEntries(values),
    operands: checkOperands(parsed.positionals, operands),
  };
}

/** What begins with one dash goes behind the `--` after which there are no options. */
function setIdsApart(args: readonly string[]): string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const before = args.slice(0, end);
  const apart = [...before.filter((arg) => DASHED.test(arg)), ...args.slice(end + 1)];
  const others = before.filter((arg) => !DASHED.test(arg));
  return apart.length === 0 ? others : [...others, '--', ...apart];
}

function check(
  { name, rawName, value }: { name: string; rawName: string; value?: string | undefined },
  options: Command['options'],
): void {
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (!option) {
    const meant = nearest(name, Object.keys(options));
    throw new UsageError(`there is no option ${rawName}${meant === null ? '' : `; --${meant}, perhaps`}`);
  }
  if (option.type === 'boolean' && value !== undefined) throw new UsageError(`${rawName} takes no value`);
  if (option.type === 'string' && !value)
    throw new UsageError(`${rawName} needs a value: ${rawName} ${option.value}`);
}

function checkOperands(given: readonly string[], operands: readonly string[]): readonly string[] {
  const missing = operands[given.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing`);
  const surplus = given[operands.length];
  if (surplus !== undefined) throw new UsageError(`${JSON.stringify(surplus)} is too much`);
  return given;
}
