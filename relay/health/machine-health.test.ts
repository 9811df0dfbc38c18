import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CameraHealth } from '#shared/camera-health.ts';
import { checkMachine } from '../doctor/machine-check.ts';
import { readMachineHealth } from './machine-health.ts';
import { parseThrottled } from './throttled.ts';

type Machine = CameraHealth['machine'];

let sys: string;

beforeEach(async () => {
  sys = await mkdtemp(join(tmpdir(), 'latchkey-sys-'));
});

afterEach(() => rm(sys, { recursive: true }));

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(sys, path)), { recursive: true });
  await writeFile(join(sys, path), text);
}
const read = (vcgencmd = join(sys, 'none')) => readMachineHealth(sys, { sys, vcgencmd });

describe('how a machine is doing', () => {
  it('is told where the machine says nothing', async () => {
    const health = await read();
    expect(health).toMatchObject({ temperature: null, strains: null });
    expect(health.load).toBeGreaterThanOrEqual(0);
    expect(health.disk_free).toBeGreaterThan(0);
    expect(Number.isInteger(health.uptime)).toBe(true);
  });

  it('is the heat of the processor, whatever else is measured', async () => {
    await put('class/thermal/thermal_zone0/type', 'gpu-thermal\n');
    await put('class/thermal/thermal_zone0/temp', '30000\n');
    expect((await read()).temperature).toBe(30);
    await put('class/thermal/thermal_zone1/type', 'cpu-thermal\n');
    await put('class/thermal/thermal_zone1/temp', '71234\n');
    await put('class/thermal/cooling_device0/type', 'fan\n');
    expect((await read()).temperature).toBe(71.2);
  });

  it.each(['', 'x', '-274000000'])('takes %j for no temperature', async (text) => {
    await put('class/thermal/thermal_zone0/temp', text);
    expect((await read()).temperature).toSatisfy((value) => value === null || value === 0);
  });

  it('is what strains it, as the kernel tells it', async () => {
    await put('devices/platform/soc/soc:firmware/get_throttled', '50005\n');
    expect((await read()).strains).toEqual({
      now: ['undervoltage', 'throttled'],
      before: ['undervoltage', 'throttled'],
    });
  });

  it('is what strains it, as vcgencmd tells it', async () => {
    const program = join(sys, 'vcgencmd');
    await writeFile(program, '#!/bin/sh\n[ "$1" = get_throttled ] && echo throttled=0x80008\n');
    await chmod(program, 0o755);
    expect((await read(program)).strains).toEqual({ now: ['hot'], before: ['hot'] });
    await writeFile(program, '#!/bin/sh\nexit 1\n');
    expect((await read(program)).strains).toBeNull();
  });
});

describe('what vcgencmd says', () => {
  it.each([
    ['throttled=0x0', { now: [], before: [] }],
    ['throttled=0x20000\n', { now: [], before: ['capped'] }],
    ['f', { now: ['undervoltage', 'capped', 'throttled', 'hot'], before: [] }],
    ['error=1', null],
    ['', null],
    ['throttled=0xfffffffff', null],
  ])('%j', (text, expected) => {
    expect(parseThrottled(text)).toEqual(expected);
  });
});

describe('of the machine the doctor', () => {
  const well: Machine = {
    ...{ temperature: 48, strains: { now: [], before: [] }, load: 0.2, uptime: 90_000, disk_free: 1e9 },
  };

  it.each<[string, Partial<Machine>, string[]]>([
    ['well', {}, ['ok']],
    ['well where it says little', { temperature: null, strains: null }, ['ok']],
    ['warm', { temperature: 71 }, ['warn']],
    ['hot', { temperature: 83 }, ['fail']],
    ['short of power', { strains: { now: ['undervoltage'], before: ['undervoltage'] } }, ['fail']],
    ['once short of power', { strains: { now: [], before: ['undervoltage'] } }, ['warn']],
    ['busy', { load: 1.2 }, ['warn']],
  ])('finds it %s', async (_, change, verdicts) => {
    const found = await checkMachine(async () => ({ ...well, ...change }));
    expect(found.map(({ verdict }) => verdict)).toEqual(verdicts);
  });
});
