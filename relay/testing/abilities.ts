import { type CaptureAbilities, ENCODER_ABILITIES } from '../capture/capture-abilities.ts';

/** A source that encodes for itself. */
export const ENCODING: CaptureAbilities = {
  ...ENCODER_ABILITIES,
  ...{ description: 'A lens', canTurn: true, canTurnSideways: true },
};

/** A source whose picture comes encoded. */
export const COPIED: CaptureAbilities = {
  ...ENCODER_ABILITIES,
  ...{
    description: 'Camera at 10.0.0.9',
    bitrate: 'never',
    format: 'never',
    keyframes: 'periodic',
    canSkip: false,
  },
};
