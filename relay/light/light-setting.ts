/** Which light shows that somebody has the picture. */
export type LightSetting =
  | { readonly type: 'off' }
  /** A directory of `/sys/class/leds`. */
  | { readonly type: 'led'; readonly name: string }
  /** A line of a GPIO chip, as libgpiod names them. */
  | { readonly type: 'gpio'; readonly chip: string; readonly line: string };

/** No slash: the name is one directory. */
const LED_NAME = /^(?!\.{1,2}$)[\w.:+-]{1,64}$/;
const CHIP_NAME = /^[\w-]{1,32}$/;
const LINE_NAME = /^\d{1,4}$/;

/**
 * Reads `off`, `led:NAME` or `gpio:CHIP/LINE`.
 * @throws TypeError
 */
export function parseLightSetting(text: string): LightSetting {
  if (text === 'off') return { type: 'off' };
  const colon = text.indexOf(':');
  const [scheme, name] = [text.slice(0, colon), text.slice(colon + 1)];
  if (scheme === 'led' && LED_NAME.test(name)) return { type: 'led', name };
  const [chip = '', line = '', ...rest] = name.split('/');
  const isLine = scheme === 'gpio' && rest.length === 0 && CHIP_NAME.test(chip) && LINE_NAME.test(line);
  if (isLine) return { type: 'gpio', chip, line };
  throw new TypeError('is off, led:NAME as in /sys/class/leds, or gpio:CHIP/LINE as in gpio:gpiochip0/17');
}
