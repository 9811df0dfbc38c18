import { chmod, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncAnswer } from './clock-probe.ts';
import { createSystemClockProbe } from './system-clock-probe.ts';

let directory: string;
const inside = (name: string) => join(directory, name);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-probe-'));
});

afterEach(() => rm(directory, { recursive: true }));

/** A stand-in for a program of the machine. */
async function install(name: string, script: string): Promise<void> {
  await writeFile(inside(name), `#!/bin/sh\nprintf '%s\\n' "$*" >> ${inside(`${name}.calls`)}\n${script}\n`);
  await chmod(inside(name), 0o755);
}

/** A machine with what was put into `directory`. */
const probe = () =>
  createSystemClockProbe({
    timedatectl: inside('timedatectl'),
    chronyc: inside('chronyc'),
    synchronizedFile: inside('timesync/synchronized'),
    systemdDirectory: inside('systemd'),
  });

const ask = () => probe().ask({ signal: new AbortController().signal });
const calls = (name: string) => readFile(inside(`${name}.calls`), 'utf8');

/** As chronyc 4.3 writes them. */
const CHRONY = {
  kept: 'C0248F97,192.36.143.151,2,1795696347.490,0.000012,-0.000034,0.0001,-12.3,0.001,0.02,0.01,0.001,64.2,Normal',
  leap: 'C0248F97,192.36.143.151,2,1795696347.490,0.000012,-0.000034,0.0001,-12.3,0.001,0.02,0.01,0.001,64.2,Insert second',
  waiting: '00000000,,0,0.000000000,0.0,0.0,0.0,0.000,0.000,0.000,1.0,1.0,0.0,Not synchronised',
  local: '7F7F0101,,10,1795696347.490151691,0.0,0.0,0.0,0.000,0.000,0.000,0.0,0.0,0.0,Normal',
};

describe('the probe of this machine', () => {
  it.each<[string, SyncAnswer]>([
    ['yes', 'synchronised'],
    ['no', 'not_synchronised'],
  ])('takes timedatectl’s %s', async (word, expected) => {
    await install('timedatectl', `echo ${word}`);
    await install('chronyc', 'echo unasked');
    expect(await ask()).toBe(expected);
    expect(await calls('timedatectl')).toBe('show --property=NTPSynchronized --value\n');
    await expect(calls('chronyc')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    ['fails', 'echo "Failed to connect to bus" >&2; exit 1'],
    ['says nothing', 'true'],
    ['says something else', 'echo maybe'],
    ['does not stop talking', 'exec yes yes'],
    ['dies', 'kill -9 $$'],
  ])('takes it for no on systemd when timedatectl %s', async (_, script) => {
    await install('timedatectl', script);
    await mkdir(inside('systemd'));
    expect(await ask()).toBe('not_synchronised');
  });

  it('cannot tell in a container, where timedatectl reaches nothing', async () => {
    await install('timedatectl', 'echo "System has not been booted with systemd as init system" >&2; exit 1');
    expect(await ask()).toBe('unknown');
  });

  it('cannot tell on a machine with none of it', async () => {
    expect(await ask()).toBe('unknown');
    expect(await probe().look()).toBeNull();
  });

  it('takes a program that may not be run for one that fails', async () => {
    await install('chronyc', 'true');
    await chmod(inside('chronyc'), 0o644);
    expect(await ask()).toBe('not_synchronised');
  });

  it('takes it for no while a time service has been there and has not said yes', async () => {
    await mkdir(inside('timesync'));
    expect(await ask()).toBe('not_synchronised');
  });

  it.each<[string, string, SyncAnswer]>([
    ['of a clock that is kept', `echo "${CHRONY.kept}"`, 'synchronised'],
    ['of one with a leap second ahead', `echo "${CHRONY.leap}"`, 'synchronised'],
    ['of one not yet set', `echo "${CHRONY.waiting}"`, 'not_synchronised'],
    ['that the machine’s own clock is the reference', `echo "${CHRONY.local}"`, 'not_synchronised'],
    ['that no daemon answers', 'echo "506 Cannot talk to daemon"; exit 1', 'not_synchronised'],
    ['nothing', 'true', 'not_synchronised'],
    ['rubbish', 'echo ,,,', 'not_synchronised'],
  ])('without systemd takes chronyc’s word %s', async (_, script, expected) => {
    await install('chronyc', script);
    expect(await ask()).toBe(expected);
    expect(await calls('chronyc')).toBe('-n -c tracking\n');
  });

  it('sees another mark each time the time service has touched its file', async () => {
    await mkdir(inside('timesync'));
    expect(await probe().look()).toBeNull();
    await writeFile(inside('timesync/synchronized'), '');
    const first = await probe().look();
    expect(first).not.toBeNull();
    expect(await probe().look()).toBe(first);
    await utimes(inside('timesync/synchronized'), 0, 1);
    expect(await probe().look()).not.toBe(first);
  });

  it('leaves no program behind when it is no longer asked', async () => {
    await install('timedatectl', `echo $$ > ${inside('pid')}; exec sleep 600`);
    const question = new AbortController();
    const answer = probe().ask({ signal: question.signal });
    const pid = await started();
    question.abort(new DOMException('enough', 'TimeoutError'));
    await expect(answer).rejects.toMatchObject({ name: 'TimeoutError' });
    await ended(pid);
  });

  it('starts nothing when it is no longer asked already', async () => {
    await install('timedatectl', 'echo yes');
    await expect(probe().ask({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    await expect(calls('timedatectl')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

/** Resolves with the stand-in's process when it runs. */
async function started(): Promise<number> {
  const pid = async () => Number(await readFile(inside('pid'), 'utf8').catch(() => ''));
  await expect.poll(pid, { timeout: 5_000 }).toBeGreaterThan(0);
  return pid();
}

/** Resolves when there is no such process. */
async function ended(pid: number): Promise<void> {
  await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
