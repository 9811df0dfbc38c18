import type { PrivacyTold } from '#shared/camera-privacy.ts';
import type { CameraSettings, SettingsOffers } from '#shared/camera-settings.ts';
import type { Chip } from '../ui/chips.ts';
import { momentWords } from '../viewing/terms-text.ts';

/** How the switch stands, in a sentence. */
export function privacySentence({ off, until, why, hours }: PrivacyTold): string {
  if (!off) {
    if (until !== null) return `On until ${momentWords(until)}, then off by its schedule.`;
    return hours === null ? 'It is on. While it is off nobody has a picture, not even you.' : 'It is on.';
  }
  switch (why) {
    case 'schedule':
      return until === null ? 'Off by its schedule.' : `Off by its schedule until ${momentWords(until)}.`;
    case 'clock':
      return 'Off: it has a schedule, and does not know what time it is.';
    case 'hand':
    case null:
      return until === null ? 'Off until somebody switches it on.' : `Off until ${momentWords(until)}.`;
    default:
      return why satisfies never;
  }
}

/** The sizes that a camera offers. */
export function sizeChips({ sizes }: SettingsOffers): readonly Chip[] {
  return sizes.map(({ width, height }) => ({
    value: `${width}x${height}`,
    words: `${width} × ${height}`,
    isWide: true,
  }));
}

/** The rates that a camera offers, pictures a second. */
export function rateChips({ frame_rates }: SettingsOffers): readonly Chip[] {
  return frame_rates.map((rate) => ({ value: String(rate), words: String(rate) }));
}

/** The ceilings that a camera offers, megabits a second. */
export function bitrateChips({ max_bitrates }: SettingsOffers): readonly Chip[] {
  return max_bitrates.map((bits) => ({ value: String(bits), words: `${bits / 1_000_000} Mbit` }));
}

/** The turns that a camera offers. */
export function turnChips({ rotations }: SettingsOffers): readonly Chip[] {
  return rotations.map((degrees) => ({
    value: String(degrees),
    words: degrees === 0 ? 'Not' : `${degrees}°`,
    isWide: true,
  }));
}

/** Steps of brightness, from darker to brighter. */
export const EXPOSURE_CHIPS: readonly Chip[] = [
  { value: '-2', words: 'Darkest' },
  { value: '-1', words: 'Darker' },
  { value: '0', words: 'Usual' },
  { value: '1', words: 'Brighter' },
  { value: '2', words: 'Brightest' },
];

/** The step that is nearest to an exposure. */
export function exposureValue({ exposure }: Pick<CameraSettings, 'exposure'>): string {
  return String(Math.round(exposure));
}

/** What this camera cannot do, and why it is not to be chosen; empty where it can do all. */
export function missingSentence({
  source,
  sizes,
  max_bitrates,
  rotations,
  exposure,
}: SettingsOffers): string {
  if (source === null) return 'What can be chosen here is known once the camera has been opened.';
  const decides = [sizes.length === 0 ? 'size and rate' : '', max_bitrates.length === 0 ? 'quality' : ''];
  const missing = [
    decides.some(Boolean) ? `It decides ${decides.filter(Boolean).join(', and ')} for itself.` : '',
    rotations.length < 2 ? 'Its picture cannot be turned.' : '',
    exposure ? '' : 'Its brightness cannot be set.',
  ];
  return [`${source}.`, ...missing.filter(Boolean)].join(' ');
}
