import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { runCommand } from './command.ts';

let directory: string;
let output: string;
let errors: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-command-'));
  output = errors = '';
});

afterEach(() => rm(directory, { recursive: true }));

/** Runs a command that is asked to end as soon as it is up; the rendezvous is one that never answers. */
const run = (args: string[], env: Record<string, string> = {}) =>
  runCommand({
    args,
    env: { LATCHKEY_STATE_DIR: directory, LATCHKEY_RENDEZVOUS: 'ws://127.0.0.1:9/mqtt', ...env },
    clock: new FakeClock(),
    write: (text) => {
      output += `${text}\n`;
    },
    writeError: (text) => {
      errors += `${text}\n`;
    },
    isTerminal: false,
    untilStopped: async () => undefined,
  });

describe('latchkey', () => {
  it.each([['help'], ['--help'], ['run', '--help']])('explains itself with %s', async (...args) => {
    expect(await run(args)).toBe(0);
    expect(output).toContain('LATCHKEY_RENDEZVOUS');
  });

  it('says what it does not know', async () => {
    expect(await run(['dance'])).toBe(64);
    expect(errors).toContain('dance');
  });

  it('shows a code at once, even with no rendezvous in reach', async () => {
    expect(await run(['run'])).toBe(0);
    expect(output).toMatch(/#c1\./);
  });

  it.each([
    ['an unknown camera', { LATCHKEY_CAMERA: 'webcam' }, /LATCHKEY_CAMERA/],
    ['a bad setting', { LATCHKEY_FORMAT: 'big' }, /LATCHKEY_FORMAT/],
  ])('stops at %s with a sentence', async (_, env, pattern) => {
    expect(await run(['run'], env)).toBe(78);
    expect(errors).toMatch(pattern);
    expect(output).toBe('');
  });

  it('does not start on damaged state, and shows no code', async () => {
    await run(['run']);
    output = '';
    await writeFile(join(directory, 'access.json'), '{');
    expect(await run(['run'])).toBe(65);
    expect(errors).toMatch(/damaged.*latchkey reset/s);
    expect(output).toBe('');
  });

  it('starts over after a reset', async () => {
    await run(['run']);
    const [before] = /#c1\.[\w-]{43}/.exec(output) ?? [];
    await run(['reset']);
    output = '';
    await run(['run']);
    const [after] = /#c1\.[\w-]{43}/.exec(output) ?? [];
    expect(after).toBeDefined();
    expect(after).not.toBe(before);
  });

  it('says so when a reset found nothing, so that nobody believes a stranger locked out', async () => {
    await run(['reset'], { LATCHKEY_STATE_DIR: join(directory, 'elsewhere') });
    expect(output).toMatch(/nothing to forget in .*elsewhere/);
  });
});
