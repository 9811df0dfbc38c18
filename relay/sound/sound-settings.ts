/** Which devices a camera has for sound, and for the pictures that phones show on it; null: none. */
export interface SoundSettings {
  /** `auto`, `alsa:DEVICE`, `pulse`, `pulse:DEVICE`; `tone` and `beep` to try it without one. */
  readonly microphone: string | null;
  /** `auto`, `alsa:DEVICE`, `pulse`, `pulse:DEVICE`; `file:PATH` to try it without one. */
  readonly speaker: string | null;
  /** `auto`, `kms`, `kms:DRIVER`, `window`; `file:PATH` to try it without one. */
  readonly screen: string | null;
  /** Whether what the speaker plays is taken out of what the microphone hears. */
  readonly isEchoCancelled: boolean;
}

/** A camera that neither hears nor speaks. */
export const SILENT: SoundSettings = { microphone: null, speaker: null, screen: null, isEchoCancelled: true };

interface Schemes {
  /** Those that stand alone. */
  readonly alone: readonly string[];
  /** Those that name a device or a file after a colon. */
  readonly named: readonly string[];
}

const SCHEMES = {
  microphone: { alone: ['auto', 'pulse', 'tone', 'beep'], named: ['alsa', 'pulse'] },
  speaker: { alone: ['auto', 'pulse'], named: ['alsa', 'pulse', 'file'] },
  screen: { alone: ['auto', 'kms', 'window'], named: ['kms', 'file'] },
} satisfies Record<string, Schemes>;

/** Names of ALSA and PulseAudio devices are far shorter. */
const MAX_CHARS = 256;

/**
 * Reads the setting of one device.
 * @throws TypeError with what is possible.
 */
export function parseSoundDevice(part: keyof typeof SCHEMES, text: string): string | null {
  if (text === 'off') return null;
  const { alone, named }: Schemes = SCHEMES[part];
  const colon = text.indexOf(':');
  const isKnown =
    colon < 0 ? alone.includes(text) : named.includes(text.slice(0, colon)) && colon + 1 < text.length;
  if (isKnown && text.length <= MAX_CHARS && !/\p{Cc}/u.test(text)) return text;
  const possible = ['off', ...alone, ...named.map((scheme) => `${scheme}:...`)].join(', ');
  throw new TypeError(`${JSON.stringify(text.slice(0, 80))} is none of ${possible}`);
}
