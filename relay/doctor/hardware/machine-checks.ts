import { readFile } from 'node:fs/promises';
import type { CameraHealth } from '#shared/camera-health.ts';
import type { Clock } from '#shared/clock.ts';
import type { Light } from '../../light/light.ts';
import { errorCode } from '../../log.ts';
import { type Finding, findingsOn } from '../finding.ts';

const heat = findingsOn('heat and power');
const light = findingsOn('light');
const sound = findingsOn('sound');

/** Above this a Raspberry Pi begins to slow down at 80. */
const WARM_CELSIUS = 75;
const LIT_MS = 2_000;

/** How warm the machine is and whether its power holds. */
export function checkHeat({ temperature, strains }: CameraHealth['machine']): readonly Finding[] {
  const degrees = temperature === null ? 'It does not say how warm it is' : `${temperature} °C`;
  const troubles = strains === null ? [] : [...new Set([...strains.now, ...strains.before])];
  if (troubles.length > 0) {
    return [
      heat.warn(
        `${degrees}, and since it was booted: ${troubles.join(', ')}.`,
        'A better power supply or a heat sink.',
      ),
    ];
  }
  if (temperature !== null && temperature >= WARM_CELSIUS)
    return [heat.warn(`${degrees}.`, 'A heat sink, or more air.')];
  return [
    heat.ok(`${degrees}${strains === null ? '; nothing is known of its power' : ', power as it should be'}.`),
  ];
}

/** Lights the light for two seconds, for somebody who looks. */
export async function checkLight(lamp: Light | null, clock: Clock): Promise<readonly Finding[]> {
  if (lamp === null) return [light.ok('None is set up (LATCHKEY_LIGHT).')];
  try {
    await lamp.set(true);
    await new Promise<void>((resolve) => clock.after(LIT_MS, resolve));
    await lamp.set(false);
    return [light.ok('It was lit for two seconds just now. Did you see it?')];
  } catch (error) {
    return [light.fail(`It cannot be lit: ${errorCode(error)}.`, 'See docs/privacy.md.')];
  } finally {
    await lamp.close().catch(() => undefined);
  }
}

/** Which sound cards the kernel knows; `cards` is where it lists them. */
export async function checkSoundCards(cards = '/proc/asound/cards'): Promise<readonly Finding[]> {
  const text = await readFile(cards, 'utf8').catch(() => '');
  // ` 1 [Device         ]: USB-Audio - USB PnP Sound Device`
  const found = [...text.matchAll(/^\s{0,2}\d{1,2} \[(\w{1,20})\s*\]: (.{1,80})$/gm)];
  if (found.length === 0) return [sound.ok('The kernel knows no sound card.')];
  return found.map(([, id = '', name = '']) => sound.ok(`${name}: alsa:plughw:CARD=${id}.`));
}
