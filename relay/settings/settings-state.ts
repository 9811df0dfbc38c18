import * as v from 'valibot';
import {
  type Adjustment,
  adjustment,
  type CameraSettings,
  type SettingsOffers,
} from '#shared/camera-settings.ts';

const settingsFile = v.strictObject({ version: v.literal(1), ...adjustment });

/** What was chosen on a phone; what is absent is as the camera was set up. */
export type ChosenSettings = Partial<CameraSettings>;

/** The settings as they are. */
export function settingsWith(usual: CameraSettings, chosen: ChosenSettings): CameraSettings {
  return { ...usual, ...chosen };
}

/** What is chosen after a change. */
export function choose(chosen: ChosenSettings, change: Adjustment): ChosenSettings {
  const next = Object.entries({ ...chosen, ...withoutUndefined(change) });
  // Every entry is one of the settings; what was null is as the camera was set up again.
  return Object.fromEntries(next.filter(([, value]) => value !== null)) as ChosenSettings;
}

/** Whether each thing that a change chooses is offered; to go back to what the camera was set up with always is. */
export function isOffered({ width, height, ...rest }: Adjustment, offers: SettingsOffers): boolean {
  const isSize = offers.sizes.some((size) => size.width === width && size.height === height);
  const isWhole = (width == null) === (height == null);
  return (
    isWhole &&
    (width == null || isSize) &&
    (rest.frame_rate == null || offers.frame_rates.includes(rest.frame_rate)) &&
    (rest.max_bitrate == null || offers.max_bitrates.includes(rest.max_bitrate)) &&
    (rest.rotation == null || offers.rotations.includes(rest.rotation)) &&
    (!rest.mirrored || offers.mirror) &&
    (!rest.exposure || offers.exposure)
  );
}

/** The text that is stored. */
export function encodeChosenSettings(chosen: ChosenSettings): string {
  return `${JSON.stringify({ version: 1, ...chosen })}\n`;
}

/**
 * Reads what was stored.
 * @throws SyntaxError | ValiError
 */
export function parseChosenSettings(text: string): ChosenSettings {
  const { version: _, ...stored } = v.parse(settingsFile, JSON.parse(text));
  return choose({}, stored);
}

function withoutUndefined(change: Adjustment): Adjustment {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
