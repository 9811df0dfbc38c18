import { SETTINGS } from '../config.ts';
import type { Command } from './command.ts';
import { COMMANDS, type CommandEntry } from './command-table.ts';

/** Lines that a terminal of common width does not break. */
const WIDTH = 78;

/** What `latchkey help` says. */
export function overview(): string {
  return [
    'latchkey: a private webcam whose only key is in your pocket',
    '',
    ...lines([
      ...COMMANDS.map(({ name, summary }) => [`latchkey ${name}`, summary] as const),
      ['latchkey help COMMAND', 'more about one of them; as COMMAND --help'],
    ]),
    '',
    'Settings (environment):',
    ...lines(Object.entries(SETTINGS)),
  ].join('\n');
}

/** What `latchkey COMMAND --help` says. */
export function helpFor(name: string, { operands, options, description }: Command): string {
  const usage = [
    'latchkey',
    name,
    ...operands,
    ...Object.keys(options).map((each) => `[${said(each, options)}]`),
  ];
  return [
    usage.join(' '),
    '',
    ...wrap(description),
    ...(Object.keys(options).length === 0 ? [] : ['']),
    ...lines(Object.entries(options).map(([each, { meaning }]) => [said(each, options), meaning] as const)),
  ].join('\n');
}

/** What is said of a first word that stands for several commands. */
export function groupHelp(entries: readonly CommandEntry[]): string {
  return lines(entries.map(({ name, summary }) => [`latchkey ${name}`, summary] as const)).join('\n');
}

function wrap(text: string): string[] {
  const wrapped = [''];
  for (const word of text.split(' ')) {
    const line = wrapped.at(-1) ?? '';
    if (line.length + word.length < WIDTH) wrapped[wrapped.length - 1] = `${line} ${word}`.trimStart();
    else wrapped.push(word);
  }
  return wrapped;
}

function said(name: string, options: Command['options']): string {
  const value = options[name]?.value;
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function lines(pairs: readonly (readonly [term: string, meaning: string])[]): string[] {
  const width = Math.max(0, ...pairs.map(([term]) => term.length));
  return pairs.map(([term, meaning]) => `  ${term.padEnd(width)}  ${meaning}`);
}
