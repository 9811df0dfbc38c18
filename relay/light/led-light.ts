import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Light } from './light.ts';

/** Where the kernel has its LEDs (Documentation/leds/leds-class.rst). */
export const LEDS_DIRECTORY = '/sys/class/leds';
/** The trigger under which nothing but what is written decides. */
const BY_HAND = 'none';
/** What has a trigger that says of itself which one it is. */
const CURRENT_TRIGGER = /\[([^\]]+)\]/;

/** An LED of the kernel: taken from whatever has it blink, and given back. */
export class LedLight implements Light {
  readonly #directory: string;
  /** What it did before; null before it was taken. */
  #trigger: string | null = null;
  #brightest = '1';

  /** @param name The LED's directory in `leds`. */
  constructor(name: string, leds = LEDS_DIRECTORY) {
    this.#directory = join(leds, name);
  }

  async set(isOn: boolean): Promise<void> {
    if (this.#trigger === null) await this.#take();
    await this.#write('brightness', isOn ? this.#brightest : '0');
  }

  /** Unlit, also where it was found lit: a camera that was killed may have left it so. */
  async close(): Promise<void> {
    const trigger = this.#trigger;
    this.#trigger = null;
    if (trigger === null) return;
    await this.#write('brightness', '0');
    if (trigger !== BY_HAND) await this.#write('trigger', trigger);
  }

  async #take(): Promise<void> {
    const [, trigger = BY_HAND] = CURRENT_TRIGGER.exec(await this.#read('trigger')) ?? [];
    this.#brightest = (await this.#read('max_brightness')).trim() || '1';
    if (trigger !== BY_HAND) await this.#write('trigger', BY_HAND);
    this.#trigger = trigger;
  }

  #read(name: string): Promise<string> {
    return readFile(join(this.#directory, name), 'utf8');
  }

  #write(name: string, text: string): Promise<void> {
    // An LED that is gone is not made anew as a file.
    return writeFile(join(this.#directory, name), `${text}\n`, { flag: 'r+' });
  }
}
