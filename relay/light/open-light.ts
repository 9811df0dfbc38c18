import { GpioLight } from './gpio-light.ts';
import { LedLight } from './led-light.ts';
import type { Light } from './light.ts';
import type { LightSetting } from './light-setting.ts';

/** The light of a setting, untouched until it is set; null for none. */
export function openLight(setting: LightSetting): Light | null {
  switch (setting.type) {
    case 'off':
      return null;
    case 'led':
      return new LedLight(setting.name);
    case 'gpio':
      return new GpioLight(setting);
    default:
      return setting satisfies never;
  }
}
