import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { loadConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { PRIVACY_FILE, PrivacySwitch } from '../privacy/privacy-switch.ts';
import { usualSettings } from '../settings/capture-values.ts';
import { SETTINGS_FILE, SettingsStore } from '../settings/settings-store.ts';
import type { Confirmed } from '../testing/crash/confirmed.ts';
import { StateDirectory } from './state-directory.ts';

const POWER_CUT = new URL('../testing/crash/power-cut.ts', import.meta.url).href;
const LIFE = new URL('../testing/crash/life.ts', import.meta.url).pathname;
/** Of the lives that are cut short, this many go on at a time. */
const AT_ONCE = 2;
/** More changes to the disk than a life makes: one that is not cut short has shown them all. */
const MAX_CHANGES = 200;

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'latchkey-crash-'));
});

afterAll(async () => {
  await rm(root, { recursive: true });
});

/** Lives until the given change to the disk; what phones were told until then. */
async function live(directory: string, dieAt: number, losesUnsynced: boolean): Promise<Confirmed[]> {
  const env = { ...process.env, DIE_AT: String(dieAt), LOSES_UNSYNCED: losesUnsynced ? '1' : '0' };
  const child = spawn(process.execPath, ['--import', POWER_CUT, LIFE, directory], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  const [code, signal] = await once(child, 'close');
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`the camera ended by itself with ${code}`);
  return told
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Whatever phones were told is still so, and what was taken back stays so. */
async function expectKept(directory: string, told: readonly Confirmed[]): Promise<void> {
  const { identity, access } = await new StateDirectory(directory, new FakeClock()).open();
  for (const fact of told) {
    const isRevoked = told.some(
      (other) => other.type === 'revoked' && 'name' in fact && other.name === fact.name,
    );
    switch (fact.type) {
      case 'camera':
        expect(identity.thumbprint).toBe(fact.thumbprint);
        break;
      case 'granted':
        // The last request may have been carried out although its answer was never heard.
        if (isRevoked || !isNextTo(told, fact)) break;
        expect(access.grants).toContainEqual(expect.objectContaining({ gid: fact.gid, psk: fact.psk }));
        break;
      case 'extended':
        expect(access.grants).toContainEqual(expect.objectContaining({ gid: fact.gid, exp: fact.exp }));
        break;
      case 'revoked':
        expect(access.grants.map(({ name }) => name)).not.toContain(fact.name);
        break;
      case 'switched':
        if (fact === told.findLast(({ type }) => type === 'switched')) await expectSwitched(directory, told);
        break;
      case 'adjusted':
        expect((await openSettings(directory)).values.width).toBe(fact.width);
        break;
      case 'finished':
        break;
      default:
        fact satisfies never;
    }
  }
}

function openSettings(directory: string): Promise<SettingsStore> {
  return SettingsStore.open({
    ...{ path: join(directory, SETTINGS_FILE), clock: new FakeClock(), log: createLog(() => undefined) },
    usual: usualSettings(loadConfig({})),
  });
}

/** The camera is as it was switched last; switching it on, which follows when Dora is let in, may have been under way. */
async function expectSwitched(directory: string, told: readonly Confirmed[]): Promise<void> {
  const path = join(directory, PRIVACY_FILE);
  const privacy = await PrivacySwitch.open({ path, clock: new FakeClock(), log: createLog(() => undefined) });
  const last = told.findLast((fact) => fact.type === 'switched');
  const mayBeLater = last?.isOff && told.some((fact) => fact.type === 'granted' && fact.name === 'Dora');
  if (!mayBeLater) expect(privacy.standing({ now: 0, isTrusted: true }).isOff).toBe(last?.isOff);
}

/** Whether nothing that was under way at the end could have taken this grant back. */
function isNextTo(told: readonly Confirmed[], fact: Extract<Confirmed, { type: 'granted' }>): boolean {
  const isToBeRevoked = fact.name === 'Anna' || fact.name === 'Berta';
  return !(isToBeRevoked && told.at(-1)?.type === 'extended');
}

describe.each([
  ['a kill', false],
  ['a power cut, which loses what was not synced', true],
])('%s', (_, losesUnsynced) => {
  it('at any change to the disk loses nothing that a phone was told, and brings nothing back', async () => {
    const whole = await live(join(root, `whole-${losesUnsynced}`), 0, losesUnsynced);
    expect(whole.at(-1)).toEqual({ type: 'finished' });
    let next = 1;
    let cuts = 0;
    const worker = async () => {
      for (let dieAt = next++; dieAt <= MAX_CHANGES; dieAt = next++) {
        const directory = join(root, `${losesUnsynced}-${dieAt}`);
        const told = await live(directory, dieAt, losesUnsynced);
        if (told.at(-1)?.type === 'finished') return;
        cuts += 1;
        await expectKept(directory, told);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect(cuts).toBeGreaterThan(30);
    expect(next).toBeLessThan(MAX_CHANGES);
  }, 180_000);
});

describe('a file that is cut off', () => {
  it('anywhere leaves the camera as it was or shut, never without its owner', async () => {
    const whole = join(root, 'cut');
    await live(whole, 0, false);
    const before = await new StateDirectory(whole, new FakeClock()).open();
    for (const name of await readdir(whole)) {
      const { length } = await readFile(join(whole, name));
      for (const size of sizesBelow(length)) {
        const copy = join(root, `cut-${name}-${size}`);
        await cp(whole, copy, { recursive: true });
        await truncate(join(copy, name), size);
        const opened = await new StateDirectory(copy, new FakeClock())
          .open()
          .catch((error: unknown) => error);
        if (opened instanceof Error) expect(opened).toMatchObject({ code: 'damaged' });
        else expect(opened).toMatchObject({ access: before.access });
        await rm(copy, { recursive: true });
      }
    }
  }, 60_000);
});

/** Every size near both ends, and some between. */
function sizesBelow(length: number): number[] {
  const sizes = new Set<number>();
  for (let size = 0; size < length; size += size < 40 || length - size < 40 ? 1 : 97) sizes.add(size);
  return [...sizes];
}
