import type { AccessUnit, Capture } from '../capture.ts';

/** Resolves with the first access unit that `isIt`. */
export function nextUnit(
  capture: Pick<Capture, 'onAccessUnit'>,
  isIt: (unit: AccessUnit) => boolean = () => true,
): Promise<AccessUnit> {
  return new Promise((resolve) => {
    const stop = capture.onAccessUnit((unit) => {
      if (!isIt(unit)) return;
      stop();
      resolve(unit);
    });
  });
}

/** Resolves with the next keyframe of the main rendition, for which it asks. */
export function nextKeyframe(
  capture: Pick<Capture, 'onAccessUnit' | 'requestKeyframe'>,
  isIt: (unit: AccessUnit) => boolean = () => true,
): Promise<AccessUnit> {
  capture.requestKeyframe();
  return nextUnit(capture, (unit) => unit.isKeyframe && unit.rendition === 'main' && isIt(unit));
}
