import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeAccessState } from '../access/access-state.ts';
import { testGrant, testOwner, testState } from '../testing/access-entries.ts';
import { FakeRelay } from '../testing/fake-relay.ts';
import { TestTerminal } from '../testing/test-terminal.ts';

let directory: string;
let terminal: TestTerminal;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-reset-'));
  terminal = new TestTerminal({
    LATCHKEY_STATE_DIR: directory,
    LATCHKEY_RENDEZVOUS: 'ws://127.0.0.1:9/mqtt',
  });
});

afterEach(() => rm(directory, { recursive: true }));

const names = async () => (await readdir(directory)).filter((name) => name !== 'lock');

async function claimed(): Promise<void> {
  await terminal.type(['run']);
  const state = testState(testOwner('anna'), testGrant('ben'));
  await writeFile(join(directory, 'access.json'), encodeAccessState(state));
}

describe('latchkey reset', () => {
  it('says who loses the camera, and forgets nothing unless told to', async () => {
    await claimed();
    const before = await names();
    terminal.answers = ['no'];
    expect(await terminal.type(['reset'])).toBe(1);
    expect(terminal.output).toContain('1 owner and 1 guest');
    expect(await names()).toEqual(before);
  });

  it('makes a camera another one', async () => {
    await terminal.type(['run']);
    const [before] = /#c1\.[\w-]{43}/.exec(terminal.output) ?? [];
    terminal.answers = ['yes'];
    expect(await terminal.type(['reset'])).toBe(0);
    expect(await names()).toEqual([]);
    terminal.output = '';
    await terminal.type(['run']);
    const [after] = /#c1\.[\w-]{43}/.exec(terminal.output) ?? [];
    expect(after).toBeDefined();
    expect(after).not.toBe(before);
  });

  it('refuses where nobody is there to be asked', async () => {
    await claimed();
    expect(await terminal.type(['reset'])).toBe(64);
    expect(await names()).toContain('access.json');
  });

  it('forgets what is damaged, too', async () => {
    await claimed();
    await writeFile(join(directory, 'access.json'), '{');
    terminal.answers = ['y'];
    expect(await terminal.type(['reset'])).toBe(0);
    expect(await names()).toEqual([]);
  });

  it('has a relay that runs forget by itself', async () => {
    await claimed();
    const before = await names();
    await using relay = await FakeRelay.start(directory);
    expect(await terminal.type(['reset', '--yes'])).toBe(0);
    expect(relay.asked).toEqual([{ type: 'forget' }]);
    expect(terminal.output).toContain('latchkey qr');
    expect(await names()).toEqual([...before, 'control.sock'].sort());
  });

  it('says so when it found nothing, so that nobody believes a stranger locked out', async () => {
    const elsewhere = join(directory, 'elsewhere');
    expect(await terminal.type(['reset', '--yes'], { LATCHKEY_STATE_DIR: elsewhere })).toBe(0);
    expect(terminal.output).toMatch(/nothing to forget in .*elsewhere/);
    expect(await readdir(directory)).toEqual([]);
  });
});
