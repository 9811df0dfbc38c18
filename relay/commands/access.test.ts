import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { numericDateOf } from '#shared/clock.ts';
import { type AccessState, encodeAccessState, parseAccessState } from '../access/access-state.ts';
import { testGrant, testInvite, testOwner, testState, token } from '../testing/access-entries.ts';
import { FakeRelay } from '../testing/fake-relay.ts';
import { TestTerminal } from '../testing/test-terminal.ts';

let directory: string;
let file: string;
let terminal: TestTerminal;
let now: number;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-access-'));
  file = join(directory, 'access.json');
  terminal = new TestTerminal({ LATCHKEY_STATE_DIR: directory });
  now = numericDateOf(terminal.clock);
});

afterEach(() => rm(directory, { recursive: true }));

const anna = testOwner('anna', { name: 'Anna', device: 'iPhone' });
const ben = () => testGrant('benn', { name: 'Ben', by: anna.gid, exp: now + 3600, scope: ['watch', 'lend'] });
const carl = () => testGrant('carl', { name: 'Carl', by: ben().gid, exp: now + 7200 });
const dora = () => testInvite('dora', { name: 'Dora', by: ben().gid });

const store = (state: AccessState) => writeFile(file, encodeAccessState(state));
const stored = async () => parseAccessState(await readFile(file, 'utf8'));
const household = () => testState(anna, ben(), carl(), dora());

describe('latchkey access list', () => {
  it('says that there is nobody, and makes nothing', async () => {
    expect(await terminal.type(['access', 'list'])).toBe(0);
    expect(terminal.output).toContain('Nobody');
    expect(await readdir(directory)).toEqual([]);
  });

  it('tells in a line each who they are, by whom, and how they stand', async () => {
    const gone = { entry: { kind: 'grant', grant: testGrant('emil') }, at: now, by: null } as const;
    const late = testGrant('fritz', { by: anna.gid, exp: now - 1 });
    await store(testState(anna, ben(), late, dora(), gone));
    expect(await terminal.type(['access', 'list'])).toBe(0);
    expect(terminal.output).toMatch(/^anna +Anna +iPhone +owner .* the camera +owner$/m);
    expect(terminal.output).toMatch(/^benn +Ben .* watch lend .* Anna +guest$/m);
    expect(terminal.output).toMatch(/^frit .* ended$/m);
    expect(terminal.output).toMatch(/^dora +Dora .* 1 h from its use, to .* at most +Ben +waiting$/m);
    expect(terminal.output).toMatch(/^emil .* taken back$/m);
    expect(terminal.output).toContain('does not run');
  });

  it('tells who watches, while the camera runs', async () => {
    await store(household());
    const phones = [{ gid: ben().gid, seen: now - 300, watching: 1 }];
    await using _relay = await FakeRelay.start(directory, { presences: { phones } });
    await terminal.type(['access', 'list']);
    expect(terminal.output).toMatch(/^benn .* 5 min ago +watching +guest$/m);
    expect(terminal.output).not.toContain('does not run');
  });

  it('tells programs all of it, and no secret', async () => {
    await store(household());
    await terminal.type(['access', 'list', '--json']);
    const rows: unknown = JSON.parse(terminal.output);
    expect(rows).toMatchObject([
      { id: token('anna'), standing: 'owner', until: null },
      { id: token('benn'), standing: 'guest', until: new Date((now + 3600) * 1000).toISOString() },
      // As narrow as Ben's: what his look allows ends with it.
      { id: token('carl'), by: token('benn'), until: new Date((now + 3600) * 1000).toISOString() },
      { id: token('dora'), standing: 'waiting', lasts: 3600 },
    ]);
    for (const secret of ['psk', 'secret', 'jwk']) expect(terminal.output).not.toContain(secret);
  });

  it('gives ids that tell apart, and as short as can be', async () => {
    await store(testState(testOwner('abcdef'), testGrant('abcdxx')));
    await terminal.type(['access', 'list']);
    expect(terminal.output).toMatch(/^abcde .*\nabcdx /m);
  });

  it('does not touch a list that is damaged', async () => {
    await writeFile(file, '{');
    expect(await terminal.type(['access', 'list'])).toBe(65);
    expect(await readdir(directory)).toEqual(['access.json']);
  });
});

describe('latchkey access revoke', () => {
  it('says who falls with it, and does nothing unless told to', async () => {
    await store(household());
    terminal.answers = ['n', '', 'yesterday'];
    for (let answer = 0; answer < 3; answer++) {
      expect(await terminal.type(['access', 'revoke', 'benn'])).toBe(1);
    }
    expect(terminal.output).toMatch(/Ben .*loses the camera.*Carl.*Dora/s);
    expect(terminal.questions).toHaveLength(3);
    expect(await stored()).toEqual(household());
  });

  it.each(['y', 'Y', 'yes'])(
    'takes back on %j, in the file while the camera does not run',
    async (answer) => {
      await store(household());
      terminal.answers = [answer];
      expect(await terminal.type(['access', 'revoke', 'be'])).toBe(0);
      const { grants, invites, withdrawn } = await stored();
      expect([grants, invites]).toEqual([[anna], []]);
      expect(withdrawn).toMatchObject([{ by: null, at: now }, { by: null }, { by: null }]);
    },
  );

  it('asks nobody where it is told not to', async () => {
    await store(household());
    expect(await terminal.type(['access', 'revoke', dora().id, '--yes'])).toBe(0);
    expect(terminal.questions).toEqual([]);
    expect((await stored()).invites).toEqual([]);
    expect((await stored()).grants).toHaveLength(3);
  });

  it('refuses where nobody is there to be asked', async () => {
    await store(household());
    expect(await terminal.type(['access', 'revoke', 'benn'])).toBe(64);
    expect(terminal.errors).toContain('--yes');
    expect(await stored()).toEqual(household());
  });

  it('leaves it to the relay that runs', async () => {
    await store(household());
    await using relay = await FakeRelay.start(directory);
    expect(await terminal.type(['access', 'revoke', 'benn', '--yes'])).toBe(0);
    expect(relay.asked).toEqual([{ type: 'withdraw', id: ben().gid }]);
    expect(await stored()).toEqual(household());
  });

  it('tells what the relay said, should the list have changed meanwhile', async () => {
    await store(household());
    await using _relay = await FakeRelay.start(directory, { withdraw: { outcome: 'not_found' } });
    expect(await terminal.type(['access', 'revoke', 'benn', '--yes'])).toBe(67);
  });

  it('keeps the last owner, and says how to start over', async () => {
    await store(household());
    expect(await terminal.type(['access', 'revoke', 'anna', '--yes'])).toBe(77);
    expect(terminal.errors).toContain('latchkey reset');
    expect(await stored()).toEqual(household());
  });

  it('takes one of two owners', async () => {
    await store(testState(anna, testOwner('otto')));
    expect(await terminal.type(['access', 'revoke', 'anna', '--yes'])).toBe(0);
    expect((await stored()).grants).toHaveLength(1);
  });

  it.each([
    ['an id that is none', ['nobody'], 67, /no such entry/],
    ['nothing', [''], 67, /no such entry/],
    ['what may be either', ['b'], 64, /bean .*benn|benn .*bean/],
  ])('does not guess by %s', async (_, args, code, pattern) => {
    await store(testState(anna, ben(), testGrant('bean', { by: anna.gid })));
    expect(await terminal.type(['access', 'revoke', ...args, '--yes'])).toBe(code);
    expect(terminal.errors).toMatch(pattern);
  });

  it.each([[['-x-y', '--yes']], [['--yes', '--', '-x-y']]])(
    'takes an id that begins with a dash',
    async (args) => {
      await store(testState(anna, testGrant('-x-y', { by: anna.gid })));
      expect(await terminal.type(['access', 'revoke', ...args])).toBe(0);
      expect((await stored()).grants).toEqual([anna]);
    },
  );

  it('has nothing to do twice', async () => {
    await store(household());
    for (let turn = 0; turn < 2; turn++) {
      expect(await terminal.type(['access', 'revoke', 'carl', '--yes'])).toBe(0);
    }
  });

  it('leaves the list as it is while a power cut, or anybody, has damaged it', async () => {
    await writeFile(file, '{');
    expect(await terminal.type(['access', 'revoke', 'benn', '--yes'])).toBe(65);
    expect(await readFile(file, 'utf8')).toBe('{');
  });
});
