import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkLight } from '../doctor/light-check.ts';
import { LedLight } from './led-light.ts';
import { parseLightSetting } from './light-setting.ts';

let leds: string;

beforeEach(async () => {
  leds = await mkdtemp(join(tmpdir(), 'latchkey-leds-'));
});

afterEach(() => rm(leds, { recursive: true }));

async function plugIn(trigger = 'none [mmc0] timer', brightness = '0'): Promise<LedLight> {
  await mkdir(join(leds, 'ACT'));
  const files = { trigger, brightness, max_brightness: '255\n' };
  for (const [name, text] of Object.entries(files)) await writeFile(join(leds, 'ACT', name), text);
  return new LedLight('ACT', leds);
}
/** What was written last: a kernel takes each write for itself. */
const read = async (name: string) => (await readFile(join(leds, 'ACT', name), 'utf8')).split('\n')[0];

describe('an LED', () => {
  it('is lit as brightly as it can be, and put out', async () => {
    const led = await plugIn();
    await led.set(true);
    expect([await read('trigger'), await read('brightness')]).toEqual(['none', '255']);
    await led.set(false);
    expect(await read('brightness')).toBe('0');
  });

  it('is untouched until it is set', async () => {
    const led = await plugIn();
    await led.close();
    expect(await read('trigger')).toBe('none [mmc0] timer');
  });

  it('blinks afterwards as it did before', async () => {
    const led = await plugIn();
    await led.set(true);
    await led.close();
    await led.close();
    expect([await read('trigger'), await read('brightness')]).toEqual(['mmc0', '0']);
  });

  it('that a killed camera left lit is put out', async () => {
    const led = await plugIn('[none] mmc0', '255');
    await led.set(false);
    await led.close();
    expect(await read('brightness')).toBe('0');
  });

  it('that is not there fails, and is not made', async () => {
    await expect(new LedLight('PWR', leds).set(true)).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await checkLight({ type: 'led', name: 'PWR' }, { leds }))[0]?.verdict).toBe('fail');
  });

  it('is found by the doctor', async () => {
    await plugIn();
    expect((await checkLight({ type: 'led', name: 'ACT' }, { leds }))[0]?.verdict).toBe('ok');
    expect((await checkLight({ type: 'led', name: 'PWR' }, { leds }))[0]?.remedy).toContain('ACT');
  });
});

describe('the setting of the light', () => {
  it.each([
    ['off', { type: 'off' }],
    ['led:ACT', { type: 'led', name: 'ACT' }],
    ['led:mmc0::', { type: 'led', name: 'mmc0::' }],
    ['gpio:gpiochip0/17', { type: 'gpio', chip: 'gpiochip0', line: '17' }],
  ])('%s', (text, setting) => {
    expect(parseLightSetting(text)).toEqual(setting);
  });

  it.each(['', 'on', 'led:', 'led:..', 'led:a/b', 'gpio:17', 'gpio:chip/x', 'gpio:chip/1/2', 'gpio:-c/1 2'])(
    'is not %j',
    (text) => {
      expect(() => parseLightSetting(text)).toThrow(TypeError);
    },
  );
});
