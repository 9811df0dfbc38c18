import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { type AccessState, NO_ACCESS } from '../access/access-state.ts';
import type { Grant } from '../access/grant.ts';
import { writeAtomically } from './atomic-file.ts';
import { StateDirectory } from './state-directory.ts';

let path: string;

beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'latchkey-state-')), 'state');
});

afterEach(() => rm(join(path, '..'), { recursive: true }));

const open = () => new StateDirectory(path, new FakeClock()).open();

async function claimed(): Promise<AccessState> {
  const { identity } = await open();
  const grant: Grant = {
    gid: 'g'.repeat(22),
    jkt: identity.thumbprint,
    jwk: identity.publicJwk,
    name: 'Anna',
    device: 'Anna’s phone',
    scope: ['owner'],
    nbf: null,
    exp: null,
    hours: null,
    by: null,
    psk: 'p'.repeat(43),
    grantedAt: 1,
    invite: { secret: 's'.repeat(22), openUntil: 2 },
  };
  const state = { ...NO_ACCESS, grants: [grant] };
  await new StateDirectory(path, new FakeClock()).saveAccess(state);
  return state;
}

describe('the state directory', () => {
  it('makes a key at the first start and finds it again at the second', async () => {
    const first = await open();
    expect(first.access).toEqual(NO_ACCESS);
    expect((await open()).identity.thumbprint).toBe(first.identity.thumbprint);
  });

  it('is for its owner only', async () => {
    await claimed();
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(path)) expect((await stat(join(path, name))).mode & 0o777).toBe(0o600);
  });

  it('hands out a key that cannot be read out of the process', async () => {
    expect((await open()).identity.privateKey.extractable).toBe(false);
    expect((await open()).identity.privateKey.extractable).toBe(false);
  });

  it('remembers its grants', async () => {
    const access = await claimed();
    expect((await open()).access).toEqual(access);
  });

  it('leaves no half-written file behind', async () => {
    await claimed();
    expect((await readdir(path)).sort()).toEqual(['access.json', 'identity.json']);
  });

  it.each(['identity.json', 'access.json'])(
    'sets a damaged %s aside, keeps it, and does not start as an unclaimed camera, now or later',
    async (name) => {
      await claimed();
      const text = await readFile(join(path, name), 'utf8');
      await truncate(join(path, name), 30);
      await expect(open()).rejects.toMatchObject({ code: 'damaged' });
      await expect(open()).rejects.toMatchObject({ code: 'incomplete' });
      const aside = (await readdir(path)).find((other) => other.startsWith(`${name}.damaged-`));
      expect(await readFile(join(path, aside ?? ''), 'utf8')).toBe(text.slice(0, 30));
    },
  );

  it('stays shut when the key of a camera without an owner is damaged', async () => {
    await open();
    await writeFile(join(path, 'identity.json'), 'not json');
    await expect(open()).rejects.toMatchObject({ code: 'damaged' });
    await expect(open()).rejects.toMatchObject({ code: 'incomplete' });
  });

  it.each([
    ['another version', '{"version":3,"grants":[],"invites":[],"withdrawn":[]}'],
    ['a part of what there is', '{"version":2,"grants":[]}'],
    ['the first version with parts of the second', '{"version":1,"grants":[],"invites":[]}'],
    ['an unknown right', '{"version":1,"grants":[{"scope":["root"]}]}'],
    ['nothing', ''],
  ])('does not guess at an access list of %s', async (_, text) => {
    await claimed();
    await writeFile(join(path, 'access.json'), text);
    await expect(open()).rejects.toMatchObject({ code: 'damaged' });
  });

  it.each(['identity.json', 'access.json'])('says what to do when %s is gone', async (name) => {
    await claimed();
    await rm(join(path, name));
    await expect(open()).rejects.toThrow(/latchkey reset/);
  });

  it('finishes a first start that was cut short after the access list', async () => {
    await open();
    await rm(join(path, 'identity.json'));
    expect((await open()).access).toEqual(NO_ACCESS);
  });

  it('starts as a new camera whatever became of the floor of the clock', async () => {
    await mkdir(path, { recursive: true });
    for (const name of ['clock.json', 'clock.json.damaged-2030']) await writeFile(join(path, name), '');
    expect((await open()).access).toEqual(NO_ACCESS);
  });

  it('is a new camera after a reset, with nothing of the old one left', async () => {
    const before = (await open()).identity.thumbprint;
    await claimed();
    const more = [
      'clock.json',
      'clock.json.damaged-2030',
      'watched.log',
      'watched.log.damaged-1',
      'access.json.damaged-1',
    ];
    for (const name of more) await writeFile(join(path, name), 'who was here');
    await new StateDirectory(path, new FakeClock()).reset();
    expect(await readdir(path)).toEqual([]);
    const after = await open();
    expect(after.access).toEqual(NO_ACCESS);
    expect(after.identity.thumbprint).not.toBe(before);
  });

  it.each(['watched.log', 'identity.json'])(
    'stays switched off when a reset comes no further than %s',
    async (name) => {
      await claimed();
      await writeFile(join(path, 'privacy.json'), 'off');
      await rm(join(path, name), { force: true });
      await mkdir(join(path, name)); // Which is not removed as a file is.
      await expect(new StateDirectory(path, new FakeClock()).reset()).rejects.toThrow();
      expect(await readdir(path)).toContain('privacy.json');
    },
  );

  it('does not call it a reset when the directory cannot be read', async () => {
    await writeFile(path, 'a file in its place');
    await expect(new StateDirectory(path, new FakeClock()).reset()).rejects.toMatchObject({
      code: 'ENOTDIR',
    });
  });

  it('does not write over an access list that another process has changed meanwhile', async () => {
    const first = new StateDirectory(path, new FakeClock());
    const second = new StateDirectory(path, new FakeClock());
    await first.open();
    await second.open();
    const access = await claimed();
    await expect(second.saveAccess(NO_ACCESS)).rejects.toMatchObject({ code: 'changed' });
    await expect(first.saveAccess(access)).rejects.toMatchObject({ code: 'changed' });
    expect((await open()).access).toEqual(access);
  });

  it('does not bring a camera back that was reset while it ran', async () => {
    const running = new StateDirectory(path, new FakeClock());
    await running.open();
    await new StateDirectory(path, new FakeClock()).reset();
    await expect(running.saveAccess(NO_ACCESS)).rejects.toMatchObject({ code: 'changed' });
    expect(await readdir(path)).toEqual([]);
  });
});

describe('a disk that fails', () => {
  /** Disks that fail once or from then on, before or after they have written. */
  let fault: 'before' | 'after' | null;
  let isLasting: boolean;
  let state: StateDirectory;
  let access: AccessState;

  beforeEach(async () => {
    fault = null;
    isLasting = false;
    access = await claimed();
    state = new StateDirectory(path, new FakeClock(), async (file, text) => {
      const now = fault;
      if (!isLasting) fault = null;
      if (now === 'before') throw new Error('no space');
      await writeAtomically(file, text);
      if (now === 'after') throw new Error('directory not synced');
    });
    await state.open();
  });

  it.each([
    ['before', false],
    ['after', false],
    ['before', true],
  ] as const)(
    '%s it has written keeps what was there, and takes what comes later (lasting: %s)',
    async (when, lasts) => {
      fault = when;
      isLasting = lasts;
      await expect(state.saveAccess(NO_ACCESS)).rejects.toThrow();
      expect((await open()).access).toEqual(access);
      fault = null;
      await state.saveAccess(NO_ACCESS);
      expect((await open()).access).toEqual(NO_ACCESS);
    },
  );

  it('after it has written, for good, is written to again as soon as it works', async () => {
    fault = 'after';
    isLasting = true;
    await expect(state.saveAccess(NO_ACCESS)).rejects.toThrow();
    await expect(state.saveAccess(NO_ACCESS)).rejects.toThrow();
    fault = null;
    await state.saveAccess(NO_ACCESS);
    expect((await open()).access).toEqual(NO_ACCESS);
  });

  it('does not make what another process has written ours', async () => {
    fault = 'before';
    await expect(state.saveAccess(NO_ACCESS)).rejects.toThrow('no space');
    await writeFile(join(path, 'access.json'), JSON.stringify({ version: 2, ...NO_ACCESS }));
    await expect(state.saveAccess(access)).rejects.toMatchObject({ code: 'changed' });
  });
});
