/** What can be asked of a source, and what it is; a policy that asks for more is not heard, so it asks first. */
export interface CaptureAbilities {
  /** What it is, in a few words for people, such as "Pi camera, hardware encoder". */
  readonly description: string;
  /** How `setBitrate` comes true: within a frame or two, by opening the source anew, or not at all. */
  readonly bitrate: Change;
  /** How `setFormat` comes true; where not at all, the pictures are as large as the source makes them. */
  readonly format: Change;
  /** Keyframes come when they are asked for, or every two seconds whoever asks. */
  readonly keyframes: 'on-request' | 'periodic';
  /** `skip` has pictures left out. */
  readonly canSkip: boolean;
  /** `setLow` gives a second, smaller encoding. */
  readonly canMakeLow: boolean;
  /** Of the picture settings, half a turn and the mirror are obeyed. */
  readonly canTurn: boolean;
  /** Of the picture settings, a quarter turn is obeyed, too. */
  readonly canTurnSideways: boolean;
  /** Exposure of the picture settings is obeyed. */
  readonly canExpose: boolean;
}

/** How a change comes true; by a restart the picture stands still for about a second. */
export type Change = 'live' | 'restart' | 'never';

type Can = Omit<CaptureAbilities, 'description'>;

/** What a source can do that encodes for itself; the source says what is different. */
export const ENCODER_ABILITIES: Can = {
  bitrate: 'live',
  format: 'live',
  keyframes: 'on-request',
  canSkip: true,
  canMakeLow: false,
  canTurn: false,
  canTurnSideways: false,
  canExpose: false,
};

/** What a source can do whose pictures come encoded: nothing but be watched. */
export const COPY_ABILITIES: Can = {
  bitrate: 'never',
  format: 'never',
  keyframes: 'periodic',
  canSkip: false,
  canMakeLow: false,
  canTurn: false,
  canTurnSideways: false,
  canExpose: false,
};
