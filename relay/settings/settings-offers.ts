import type { CameraSettings, SettingsOffers } from '#shared/camera-settings.ts';
import type { CaptureAbilities } from '../capture/capture-abilities.ts';

/** Below this width to height a picture is one of 4 to 3. */
const WIDE_RATIO = 1.5;
const WIDE_HEIGHTS = [1080, 720, 540, 360];
const SQUARER_HEIGHTS = [1080, 960, 720, 480];
const FRAME_RATES = [5, 10, 15, 25, 30];
/** Bits a second: from what a poor mobile network carries to what 1080p can make use of. */
const BITRATES = [500_000, 1_000_000, 2_500_000, 5_000_000, 8_000_000];

/** What may be chosen of a source with these abilities, null where they are not known; `usual` is what it was set up with. */
export function offersOf(abilities: CaptureAbilities | null, usual: CameraSettings): SettingsOffers {
  const hasFormats = abilities !== null && abilities.format !== 'never';
  const hasBitrates = abilities !== null && abilities.bitrate !== 'never';
  return {
    source: abilities?.description.slice(0, 120) ?? null,
    sizes: hasFormats ? sizesLike(usual) : [],
    frame_rates: hasFormats ? ascending([...FRAME_RATES, usual.frame_rate]) : [],
    max_bitrates: hasBitrates ? ascending([...BITRATES, usual.max_bitrate]) : [],
    rotations: rotationsOf(abilities),
    mirror: abilities?.canTurn ?? false,
    exposure: abilities?.canExpose ?? false,
    restarts: abilities?.format === 'restart',
  };
}

/** Sizes of nearly the same shape, the largest first, so that a change of size cuts nothing off. */
function sizesLike({ width, height }: CameraSettings): SettingsOffers['sizes'] {
  const isWide = width / height >= WIDE_RATIO;
  const heights = isWide ? WIDE_HEIGHTS : SQUARER_HEIGHTS;
  const ratio = isWide ? 16 / 9 : 4 / 3;
  const usual = heights
    .filter((each) => each !== height)
    .map((each) => ({ width: Math.round((each * ratio) / 2) * 2, height: each }));
  return [...usual, { width, height }].sort((a, b) => b.width * b.height - a.width * a.height);
}

function rotationsOf(abilities: CaptureAbilities | null): SettingsOffers['rotations'] {
  if (abilities?.canTurnSideways) return [0, 90, 180, 270];
  return abilities?.canTurn ? [0, 180] : [0];
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
