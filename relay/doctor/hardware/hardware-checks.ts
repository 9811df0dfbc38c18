import type { Clock } from '#shared/clock.ts';
import { openCapture } from '../../capture/open-capture.ts';
import { findCameras } from '../../capture/sources/find-cameras.ts';
import { type Config, ConfigError, loadConfig } from '../../config.ts';
import { readMachineHealth } from '../../health/machine-health.ts';
import { openLight } from '../../light/open-light.ts';
import { trySoundEngine } from '../../sound/engine/try-sound-engine.ts';
import { checkCameras } from '../cameras-check.ts';
import type { Check } from '../diagnose.ts';
import { findingsOn } from '../finding.ts';
import { checkSound } from '../sound-check.ts';
import { checkHeat, checkLight, checkSoundCards } from './machine-checks.ts';
import { tryPicture } from './try-picture.ts';

/** Everything to try on this machine's hardware, by these settings. The camera is opened, so none may run. */
export function hardwareChecksFor(
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): readonly Check[] {
  try {
    return checksOf(loadConfig(env), clock);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { fail } = findingsOn('settings');
    return [{ subject: 'settings', look: async () => error.faults.map((fault) => fail(`${fault}.`)) }];
  }
}

function checksOf(config: Config, clock: Clock): readonly Check[] {
  const { source, format, light, stateDirectory } = config;
  const picture = Promise.withResolvers<void>();
  return [
    { subject: 'cameras', look: (options) => checkCameras(findCameras, options) },
    {
      subject: 'camera',
      look: ({ signal }) => {
        const capture = openCapture(source, format, { clock });
        signal.addEventListener('abort', () => void capture.close(), { once: true });
        return tryPicture({ capture, clock, format }).finally(picture.resolve);
      },
    },
    {
      // Warm from the work.
      subject: 'heat and power',
      look: async () => {
        await picture.promise;
        return checkHeat(await readMachineHealth(stateDirectory));
      },
    },
    { subject: 'light', look: () => checkLight(openLight(light), clock) },
    {
      subject: 'sound',
      look: async (options) => [
        ...(await checkSoundCards()),
        ...(await checkSound(config.sound, trySoundEngine, options)),
      ],
    },
  ];
}
