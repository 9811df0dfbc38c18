import type { CameraHealth } from './camera-health.ts';

/** How many pictures and bits a second there were between two looks. */
export interface Rate {
  readonly picturesPerSecond: number;
  readonly bitsPerSecond: number;
}

type Counted = Pick<CameraHealth['picture'], 'pictures' | 'bytes'>;

/** Of what the source made; null before there are two looks of one start of the camera. */
export function sourceRate(before: CameraHealth | null, now: CameraHealth): Rate | null {
  return before === null || before.since !== now.since
    ? null
    : rateOf(before.picture, now.picture, before, now);
}

/** Of what was sent to the view at `index`; null where that was not open at the first look. */
export function viewRate(before: CameraHealth | null, now: CameraHealth, index: number): Rate | null {
  const [was, is] = [before?.views[index], now.views[index]];
  if (before === null || !was || !is || was.name !== is.name) return null;
  return rateOf(was, is, before, now);
}

function rateOf(was: Counted, is: Counted, before: CameraHealth, now: CameraHealth): Rate | null {
  const seconds = (now.at_ms - before.at_ms) / 1000;
  // A clock that was set, or another picture under the same name.
  if (seconds <= 0 || is.pictures < was.pictures || is.bytes < was.bytes) return null;
  return {
    picturesPerSecond: (is.pictures - was.pictures) / seconds,
    bitsPerSecond: ((is.bytes - was.bytes) * 8) / seconds,
  };
}
