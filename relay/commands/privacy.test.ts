import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRelay } from '../testing/fake-relay.ts';
import { TestTerminal } from '../testing/test-terminal.ts';

let directory: string;
let terminal: TestTerminal;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-privacy-'));
  terminal = new TestTerminal({ LATCHKEY_STATE_DIR: directory });
});

afterEach(() => rm(directory, { recursive: true }));

describe('latchkey privacy', () => {
  it.each([
    [['on'], [{ type: 'privacy', off: true }]],
    [['off'], [{ type: 'privacy', off: false }]],
    [['status'], [{ type: 'privacy' }]],
  ])('%j asks the camera that runs', async (words, asked) => {
    await using relay = await FakeRelay.start(directory);
    expect(await terminal.type(['privacy', ...words])).toBe(0);
    expect(relay.asked).toEqual(asked);
    expect(terminal.output).toBe('The camera is on.\n');
  });

  it.each([
    ['hand', /^The camera is switched off until 20\d\d-/],
    ['schedule', /by its schedule until/],
    ['clock', /does not know what time it is/],
  ] as const)('says that it is off by %s', async (why, pattern) => {
    const privacy = { outcome: 'done', off: true, until: 2_000_000_000, why } as const;
    await using _relay = await FakeRelay.start(directory, { privacy });
    await terminal.type(['privacy', 'status']);
    expect(terminal.output).toMatch(pattern);
  });

  it.each([
    ['clock_unsynced', 69],
    ['not_stored', 74],
  ] as const)('fails with %s', async (outcome, code) => {
    const privacy = { outcome, off: true, until: null, why: 'hand' } as const;
    await using _relay = await FakeRelay.start(directory, { privacy });
    expect(await terminal.type(['privacy', 'off'])).toBe(code);
    expect(terminal.errors).not.toBe('');
  });

  it('is kept for a camera that does not run', async () => {
    await terminal.type(['privacy', 'on']);
    expect(await readdir(directory)).toContain('privacy.json');
    terminal.output = '';
    await terminal.type(['privacy', 'status']);
    expect(terminal.output).toBe('The camera is switched off.\n');
    await terminal.type(['privacy', 'off']);
    expect(terminal.output).toContain('The camera is on.');
  });
});
