import { INSTALL_SOUND } from '../sound/engine/sound-engine.ts';
import type { trySoundEngine } from '../sound/engine/try-sound-engine.ts';
import type { SoundSettings } from '../sound/sound-settings.ts';
import { type Finding, findingsOn } from './finding.ts';

const { ok, warn, fail } = findingsOn('sound');

/** Whether the devices for sound, and the screen, can be opened; one that somebody uses just now may not. */
export async function checkSound(
  settings: SoundSettings,
  tryDevices: typeof trySoundEngine,
  options: { readonly signal: AbortSignal },
): Promise<readonly Finding[]> {
  const tried = await tryDevices(settings, options);
  if (tried.length === 0) return [ok('The camera neither hears nor speaks: no device is set up.')];
  return tried.map(({ part, fault }) => {
    const name = `The ${part} (${settings[part]})`;
    if (!fault) return ok(`${name} can be opened.`);
    if (fault.code === 'missing_program')
      return fail(`${name} needs GStreamer: ${fault.message}`, INSTALL_SOUND);
    return warn(
      `${name} cannot be opened: ${fault.message}`,
      'Is it plugged in, and is nobody using it? docs/sound.md',
    );
  });
}
