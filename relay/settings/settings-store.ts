import type { Adjustment, CameraSettings } from '#shared/camera-settings.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode, type Log } from '../log.ts';
import { readPrivateFile, setAside, writeAtomically } from '../storage/atomic-file.ts';
import {
  type ChosenSettings,
  choose,
  encodeChosenSettings,
  parseChosenSettings,
  settingsWith,
} from './settings-state.ts';

/** Name of the file in the state directory. */
export const SETTINGS_FILE = 'settings.json';

export interface SettingsStoreOptions {
  readonly path: string;
  /** What the camera was set up with. */
  readonly usual: CameraSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly write?: typeof writeAtomically;
}

/** How the camera makes its picture, as it was set up and as phones have changed it, kept over restarts. */
export class SettingsStore {
  readonly #options: SettingsStoreOptions;
  readonly #listeners = new Set<(before: CameraSettings) => void>();
  #chosen: ChosenSettings;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: SettingsStoreOptions, chosen: ChosenSettings) {
    this.#options = options;
    this.#chosen = chosen;
  }

  /** Reads what is kept. Never fails: a picture as it was set up is better than none. */
  static async open(options: SettingsStoreOptions): Promise<SettingsStore> {
    return new SettingsStore(options, await read(options));
  }

  get values(): CameraSettings {
    return settingsWith(this.#options.usual, this.#chosen);
  }

  /** What the camera was set up with. */
  get usual(): CameraSettings {
    return this.#options.usual;
  }

  /** What was chosen on a phone. */
  get chosen(): ChosenSettings {
    return this.#chosen;
  }

  /** Told after each change what was before; the returned function stops that. */
  onChange(listener: (before: CameraSettings) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Changes what is chosen; it counts once it is on disk. */
  change(change: Adjustment): Promise<'done' | 'not_stored'> {
    const turn = this.#turn.then(() => this.#change(change));
    this.#turn = turn.catch(() => null);
    return turn;
  }

  async #change(change: Adjustment): Promise<'done' | 'not_stored'> {
    const { path, log, write = writeAtomically } = this.#options;
    const chosen = choose(this.#chosen, change);
    const before = this.values;
    const text = encodeChosenSettings(chosen);
    if (text === encodeChosenSettings(this.#chosen)) return 'done';
    try {
      await write(path, text);
    } catch (error) {
      log.warn('settings not stored', { code: errorCode(error) });
      return 'not_stored';
    }
    this.#chosen = chosen;
    for (const listener of [...this.#listeners]) listener(before);
    return 'done';
  }
}

async function read({ path, clock, log }: SettingsStoreOptions): Promise<ChosenSettings> {
  try {
    const text = await readPrivateFile(path);
    if (text === null) return {};
    try {
      return parseChosenSettings(text);
    } catch {
      log.warn('settings damaged', { file: await setAside(path, clock.nowMs()) });
    }
  } catch (error) {
    log.warn('settings not read', { code: errorCode(error) });
  }
  return {};
}
