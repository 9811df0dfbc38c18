import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportPrivateJwk } from '#shared/crypto.ts';
import { createIdentity } from '#shared/identity.ts';
import { OPENED_AT, story, TestWatchLog } from '#shared/testing/test-watch-log.ts';
import { TestTerminal } from '../testing/test-terminal.ts';

let directory: string;
let terminal: TestTerminal;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-log-'));
  terminal = new TestTerminal({ LATCHKEY_STATE_DIR: directory });
});

afterEach(() => rm(directory, { recursive: true }));

/** A log that this state directory's key has signed, and as it is written. */
async function write(change: (lines: readonly string[]) => string = (lines) => `${lines.join('\n')}\n`) {
  const identity = await createIdentity({ extractable: true });
  const key = await exportPrivateJwk(identity.privateKey);
  await writeFile(join(directory, 'identity.json'), JSON.stringify({ version: 1, key }));
  const log = await TestWatchLog.of(identity).write(...story);
  await writeFile(join(directory, 'watched.log'), change(log.lines));
}

describe('latchkey log', () => {
  it('says that nobody has watched, and makes nothing', async () => {
    expect(await terminal.type(['log'])).toBe(0);
    expect(terminal.output).toContain('Nobody');
    expect(await readdir(directory)).toEqual([]);
  });

  it('tells in a line each who watched, how, and how it ended', async () => {
    await write();
    expect(await terminal.type(['log'])).toBe(0);
    expect(terminal.output).toMatch(
      /^FROM .*\n.* 1 s +Anna’s phone +direct +left\n.* Anna’s phone +interrupted\n$/s,
    );
  });

  it('tells of who watches still', async () => {
    await write((lines) => `${lines.slice(0, 2).join('\n')}\n`);
    await terminal.type(['log']);
    expect(terminal.output).toMatch(/Anna’s phone +not yet/);
  });

  it('tells the newest alone when asked to', async () => {
    await write();
    await terminal.type(['log', '--tail', '1', '--json']);
    expect(JSON.parse(terminal.output)).toMatchObject([{ end: 'interrupted', until: null }]);
  });

  it('tells programs when, in ISO 8601', async () => {
    await write();
    await terminal.type(['log', '--json']);
    const from = new Date((OPENED_AT + 1) * 1000).toISOString();
    expect(JSON.parse(terminal.output)).toMatchObject([{ from, path: 'direct', end: 'left' }, {}]);
  });

  it('makes nothing of half a line at the end, and something of one in the middle', async () => {
    await write((lines) => `${lines.join('\n')}\neyJ`);
    expect(await terminal.type(['log'])).toBe(0);
    await write((lines) => `${lines.with(1, 'eyJ').join('\n')}\n`);
    expect(await terminal.type(['log'])).toBe(65);
    expect(terminal.errors).toContain('1 line cannot be read');
  });
});

describe('latchkey log --verify', () => {
  it('finds all signed and none missing', async () => {
    await write();
    expect(await terminal.type(['log', '--verify'])).toBe(0);
    expect(terminal.output).toMatch(/7 entries on 2 viewings.*all signed/);
  });

  it.each([
    ['a line that is missing', (lines: readonly string[]) => lines.toSpliced(2, 1), 'gap', 3],
    ['a line twice', (lines: readonly string[]) => lines.toSpliced(2, 0, lines[1] ?? ''), 'out_of_order', 3],
    ['a line that is none', (lines: readonly string[]) => lines.with(4, 'x'), 'malformed', 5],
  ])('finds %s', async (_, change, code, line) => {
    await write((lines) => `${change(lines).join('\n')}\n`);
    expect(await terminal.type(['log', '--verify'])).toBe(65);
    expect(terminal.output).toContain(`Line ${line} `);
    terminal.output = '';
    expect(await terminal.type(['log', '--verify', '--json'])).toBe(65);
    expect(JSON.parse(terminal.output)).toMatchObject({ fault: { code, line } });
  });

  it('finds a log that another camera has signed', async () => {
    await write();
    const other = await createIdentity({ extractable: true });
    const key = await exportPrivateJwk(other.privateKey);
    await writeFile(join(directory, 'identity.json'), JSON.stringify({ version: 1, key }));
    expect(await terminal.type(['log', '--verify'])).toBe(65);
  });

  it('cannot check without a key', async () => {
    expect(await terminal.type(['log', '--verify'])).toBe(65);
    expect(terminal.errors).toContain('no key');
  });
});
