import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findGpioset } from '../light/gpio-light.ts';
import { LEDS_DIRECTORY } from '../light/led-light.ts';
import type { LightSetting } from '../light/light-setting.ts';
import { isMissing } from '../storage/atomic-file.ts';
import { type Finding, findingsOn } from './finding.ts';

/** Where to look; tests bring their own. */
export interface LightPlaces {
  /** Default `/sys/class/leds`. */
  readonly leds?: string;
  /** Default `/dev`. */
  readonly devices?: string;
  /** Default `gpioset`. */
  readonly gpioset?: string;
}

const { ok, warn, fail } = findingsOn('light');

/** Whether the light of a setting can be lit, without touching it. */
export async function checkLight(
  setting: LightSetting,
  places: LightPlaces = {},
): Promise<readonly Finding[]> {
  switch (setting.type) {
    case 'off':
      return [ok('None is asked for. LATCHKEY_LIGHT lights one while somebody has the picture.')];
    case 'led':
      return checkLed(setting.name, places.leds ?? LEDS_DIRECTORY);
    case 'gpio':
      return checkLine(setting, places);
    default:
      return setting satisfies never;
  }
}

async function checkLed(name: string, leds: string): Promise<readonly Finding[]> {
  try {
    for (const file of ['brightness', 'trigger'])
      await access(join(leds, name, file), constants.R_OK | constants.W_OK);
    return [ok(`LED ${name} can be lit.`)];
  } catch (error) {
    if (!isMissing(error))
      return [
        fail(
          `LED ${name} may not be lit by this user.`,
          'Run the camera as root, or have udev give it the LED.',
        ),
      ];
    const names = await readdir(leds).catch(() => []);
    const remedy = names.length === 0 ? `There are none in ${leds}.` : `There are: ${names.join(', ')}.`;
    return [fail(`There is no LED ${name}.`, remedy)];
  }
}

async function checkLine(
  { chip, line }: Extract<LightSetting, { type: 'gpio' }>,
  { devices = '/dev', gpioset = 'gpioset' }: LightPlaces,
): Promise<readonly Finding[]> {
  const version = await findGpioset(gpioset).catch(() => null);
  if (version === null) return [fail('There is no gpioset.', 'sudo apt install gpiod')];
  try {
    await access(join(devices, chip), constants.R_OK | constants.W_OK);
    return [ok(`Line ${line} of ${chip} can be lit, by gpioset ${version}.`)];
  } catch (error) {
    return isMissing(error)
      ? [fail(`There is no ${chip}.`, 'gpiodetect lists what there is.')]
      : [warn(`${chip} may not be used by this user.`, 'Add the user of the camera to the group gpio.')];
  }
}
