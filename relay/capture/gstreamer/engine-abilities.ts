import { type CaptureAbilities, COPY_ABILITIES, ENCODER_ABILITIES } from '../capture-abilities.ts';
import type { EngineFound } from './engine-message.ts';
import type { EngineSource } from './engine-source.ts';

/** What a source of the engine can do: `found` is what the engine made of it, null while it is not known. */
export function abilitiesOf(source: EngineSource, found: EngineFound | null): CaptureAbilities {
  const what = describeSource(source);
  if (found?.encoder === 'none') return { ...COPY_ABILITIES, description: `${what}, H.264 as it comes` };
  return {
    ...ENCODER_ABILITIES,
    ...{ canMakeLow: true, canTurn: true, canTurnSideways: true, canExpose: found?.canExpose ?? false },
    description: found?.encoder ? `${what}, ${ENCODERS[found.encoder]}` : what,
  };
}

const ENCODERS = {
  v4l2: 'hardware encoder',
  x264: 'software encoder x264',
  openh264: 'software encoder OpenH264',
} as const;

/** What a source is, in a few words; not where: guests may read it. */
function describeSource(source: EngineSource): string {
  switch (source.type) {
    case 'test':
      return 'GStreamer test source';
    case 'file':
      return 'Recording';
    case 'v4l2':
      return 'USB camera';
    case 'pi':
      return 'Pi camera';
    case 'network':
      return 'Network camera';
    default:
      return source satisfies never;
  }
}
