import type { Clock } from '#shared/clock.ts';
import type { AccessUnit, Capture } from './capture.ts';
import { CaptureError } from './capture-error.ts';
import { encodeByteStream } from './nal-units.ts';
import { readSequenceInfo } from './sequence-parameter-set.ts';
import type { Snapshot } from './snapshot.ts';

/** Cameras that choose for themselves make a keyframe every two to ten seconds. */
const KEYFRAME_LIMIT_MS = 15_000;

/**
 * The next keyframe of a running capture, for sources that give nothing better.
 * @throws CaptureError `no_picture`
 */
export async function snapshotOfStream(
  capture: Pick<Capture, 'onAccessUnit' | 'requestKeyframe' | 'closed'>,
  clock: Clock,
): Promise<Snapshot> {
  const { promise, resolve } = Promise.withResolvers<AccessUnit | null>();
  const stop = capture.onAccessUnit((unit) => {
    if (unit.isKeyframe && unit.rendition === 'main') resolve(unit);
  });
  const cancel = clock.after(KEYFRAME_LIMIT_MS, () => resolve(null));
  void capture.closed.then(() => resolve(null));
  capture.requestKeyframe();
  const unit = await promise;
  stop();
  cancel();
  const size = unit && readSequenceInfo(unit.nalUnits);
  if (!unit || !size) throw new CaptureError('no_picture', 'The camera gave no picture that could be kept.');
  const { width, height } = size;
  return { type: 'video/h264', bytes: encodeByteStream(unit.nalUnits), width, height };
}
