import type { SoundDevices } from './sound-devices.ts';

const nothing = () => () => undefined;

/** A camera that neither hears nor speaks, nor has a screen. */
export const NO_DEVICES: SoundDevices = {
  switch: () => undefined,
  play: () => undefined,
  onAudio: nothing,
  onKeyframeNeeded: nothing,
  onFault: nothing,
  close: async () => undefined,
};
