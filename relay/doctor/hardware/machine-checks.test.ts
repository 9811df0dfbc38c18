import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { checkHeat, checkLight, checkSoundCards } from './machine-checks.ts';

const machine = { load: 0.5, uptime: 100, disk_free: 1e9 };

describe('checkHeat', () => {
  it.each([
    ['cool and well fed', 51.2, { now: [], before: [] }, 'ok'],
    ['hot', 79, { now: [], before: [] }, 'warn'],
    ['short of power before', 51.2, { now: [], before: ['undervoltage'] }, 'warn'],
    ['silent', null, null, 'ok'],
  ] as const)('of a machine that is %s', (_, temperature, strains, verdict) => {
    const told = strains && { now: [...strains.now], before: [...strains.before] };
    expect(checkHeat({ ...machine, temperature, strains: told })[0]?.verdict).toBe(verdict);
  });
});

describe('checkLight', () => {
  it('lights it for two seconds, and leaves it unlit', async () => {
    const clock = new FakeClock();
    const journal: string[] = [];
    const lamp = {
      set: async (isOn: boolean) => void journal.push(isOn ? 'on' : 'off'),
      close: async () => void journal.push('closed'),
    };
    const checking = checkLight(lamp, clock);
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(2_000);
    expect((await checking)[0]?.verdict).toBe('ok');
    expect(journal).toEqual(['on', 'off', 'closed']);
  });

  it('says that it cannot be lit', async () => {
    const lamp = { set: () => Promise.reject(new Error('no')), close: async () => undefined };
    expect((await checkLight(lamp, new FakeClock()))[0]?.verdict).toBe('fail');
    expect((await checkLight(null, new FakeClock()))[0]?.verdict).toBe('ok');
  });
});

describe('checkSoundCards', () => {
  it('lists what the kernel knows, as it is to be written in the settings', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-cards-'));
    const path = join(directory, 'cards');
    await writeFile(
      path,
      ' 0 [vc4hdmi        ]: vc4-hdmi - vc4-hdmi\n                      vc4-hdmi\n' +
        ' 1 [Device         ]: USB-Audio - USB PnP Sound Device\n                      USB PnP\n',
    );
    const findings = await checkSoundCards(path);
    expect(findings.map(({ text }) => text)).toEqual([
      'vc4-hdmi - vc4-hdmi: alsa:plughw:CARD=vc4hdmi.',
      'USB-Audio - USB PnP Sound Device: alsa:plughw:CARD=Device.',
    ]);
    await rm(directory, { recursive: true });
    expect((await checkSoundCards(path))[0]?.verdict).toBe('ok');
  });
});
