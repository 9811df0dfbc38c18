import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS } from './commands/command-table.ts';
import { TestTerminal } from './testing/test-terminal.ts';

let directory: string;
let terminal: TestTerminal;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-command-'));
  // The rendezvous is one that never answers.
  terminal = new TestTerminal({
    LATCHKEY_STATE_DIR: directory,
    LATCHKEY_RENDEZVOUS: 'ws://127.0.0.1:9/mqtt',
  });
});

afterEach(() => rm(directory, { recursive: true }));

describe('latchkey', () => {
  it.each([[['help']], [['--help']], [['-h']]])('explains itself with %j', async (args) => {
    expect(await terminal.type(args)).toBe(0);
    expect(terminal.output).toContain('LATCHKEY_RENDEZVOUS');
    for (const { name } of COMMANDS) expect(terminal.output).toContain(`latchkey ${name}`);
  });

  it.each(COMMANDS.map(({ name }) => name))('explains %s, and does not do it', async (name) => {
    const words = name.split(' ');
    expect(await terminal.type([...words, '--help'])).toBe(0);
    const said = terminal.output;
    expect(said).toContain(`latchkey ${name}`);
    terminal.output = '';
    expect(await terminal.type(['help', ...words])).toBe(0);
    expect(terminal.output).toBe(said);
    expect(terminal.errors).toBe('');
  });

  it.each([[['access', '--help']], [['help', 'access']]])(
    'names a group’s commands with %j',
    async (args) => {
      expect(await terminal.type(args)).toBe(0);
      expect(terminal.output).toMatch(/access list.*access revoke/s);
    },
  );

  it.each([[['version']], [['--version']], [['-v']]])('tells its version with %j', async (args) => {
    expect(await terminal.type(args)).toBe(0);
    expect(terminal.output).toMatch(/^latchkey \d+\.\d+\.\d+ \(Node \d+/);
  });

  it.each([
    [['dance'], /"dance"/],
    [['rnu'], /run, perhaps/],
    [['acess', 'list'], /access list, perhaps/],
    [['access'], /access list or access revoke/],
    [['access', 'lst'], /access list, perhaps/],
    [['help', 'dance'], /"dance"/],
    [['run', 'fast'], /"fast" is too much/],
    [['run', '--fast'], /no option --fast/],
    [['reset', '--yse'], /--yes, perhaps/],
    [['reset', '--yes=1'], /--yes takes no value/],
    [['log', '--tail'], /--tail needs a value: --tail N/],
    [['log', '--tail', 'x'], /number/],
    [['access', 'revoke'], /ID is missing/],
    [['access', 'revoke', 'a', 'b'], /"b" is too much/],
  ])('does not know what %j is, and says what may have been meant', async (args, pattern) => {
    expect(await terminal.type(args)).toBe(64);
    expect(terminal.errors).toMatch(pattern);
    expect(terminal.output).toBe('');
  });
});

describe('latchkey run', () => {
  it.each([[['run']], [[]]])(
    'shows a code at once with %j, even with no rendezvous in reach',
    async (args) => {
      expect(await terminal.type(args)).toBe(0);
      expect(terminal.output).toMatch(/#c1\./);
    },
  );

  it.each([
    ['an unknown camera', { LATCHKEY_CAMERA: 'webcam' }, /LATCHKEY_CAMERA/],
    ['a bad setting', { LATCHKEY_FORMAT: 'big' }, /LATCHKEY_FORMAT/],
  ])('stops at %s with a sentence', async (_, env, pattern) => {
    expect(await terminal.type(['run'], env)).toBe(78);
    expect(terminal.errors).toMatch(pattern);
    expect(terminal.output).toBe('');
  });

  it('does not start on damaged state, and shows no code', async () => {
    await terminal.type(['run']);
    terminal.output = '';
    await writeFile(join(directory, 'access.json'), '{');
    expect(await terminal.type(['run'])).toBe(65);
    expect(terminal.errors).toMatch(/damaged.*latchkey reset/s);
    expect(terminal.output).toBe('');
  });

  it('says so when its state cannot be where it is to be', async () => {
    await writeFile(join(directory, 'file'), '');
    expect(await terminal.type(['run'], { LATCHKEY_STATE_DIR: join(directory, 'file', 'state') })).toBe(74);
    expect(terminal.errors).toMatch(/ENOTDIR/);
  });
});
