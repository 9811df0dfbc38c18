import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRelay } from '../testing/fake-relay.ts';
import { TestTerminal } from '../testing/test-terminal.ts';

const link = 'https://latchkey.example/#c1.a.b';

let directory: string;
let terminal: TestTerminal;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-qr-'));
  terminal = new TestTerminal({ LATCHKEY_STATE_DIR: directory });
});

afterEach(() => rm(directory, { recursive: true }));

describe('latchkey qr', () => {
  it.each([
    [true, /digits/],
    [false, /owns this camera too/],
  ])('shows the code that the relay makes, for a first owner: %s', async (is_first, pattern) => {
    const code = { link, valid_minutes: 10, is_first };
    await using relay = await FakeRelay.start(directory, { 'new-code': code });
    expect(await terminal.type(['qr'])).toBe(0);
    expect(relay.asked).toEqual([{ type: 'new-code' }]);
    expect(terminal.output).toMatch(/[█▀▄]{10}/);
    expect(terminal.output).toContain(link);
    expect(terminal.output).toMatch(pattern);
  });

  it('gives programs the link alone', async () => {
    await using _relay = await FakeRelay.start(directory);
    await terminal.type(['qr', '--link']);
    expect(terminal.output).toBe(`${link}\n`);
  });

  it('says how to start a camera that does not run', async () => {
    expect(await terminal.type(['qr'])).toBe(69);
    expect(terminal.errors).toContain('latchkey run');
    expect(terminal.output).toBe('');
  });

  it('makes no state directory', async () => {
    expect(await terminal.type(['qr'], { LATCHKEY_STATE_DIR: join(directory, 'none') })).toBe(69);
    expect(await readdir(directory)).toEqual([]);
  });
});
