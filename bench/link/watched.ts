import type { ShownFrame } from '../../e2e/stage/picture-clock.ts';
import { capacityBits } from '../../relay/webrtc/congestion/testing/rate-trace.ts';
import type { LinkRecord } from '../../relay/webrtc/congestion/testing/simulated-link.ts';
import { measureFrames } from '../latency/frame-times.ts';
import { percentile, round } from '../statistics.ts';
import type { TimedProfile } from './profiles.ts';

/** What was seen of one call over a link. */
export interface Watched {
  readonly profile: TimedProfile;
  /** When the link's trace began: on the clock of the records, microseconds, and since the Unix epoch, milliseconds. */
  readonly beganAtUs: number;
  readonly beganAtMs: number;
  readonly records: readonly LinkRecord[];
  readonly frames: readonly ShownFrame[];
}

/** From when a call is past its beginning, seconds. */
const SETTLED_S = 5;
const WINDOW_S = 0.5;
const STEP_S = 0.02;
const FULL = 0.8;
/** Frames this long before a step show how it was. */
const BEFORE_STEP_S = 0.3;

/** The figures of a call; use and delays are those of all packets, copies and retransmissions with them. */
export function describeWatched(who: string, watched: Watched) {
  const { profile } = watched;
  const end = profile.seconds;
  const { step } = profile;
  return {
    who,
    'to 80 %, s': secondsTo(watched, 0, step?.narrowS ?? end),
    use: round(useOf(watched, SETTLED_S, step?.narrowS ?? end), 3),
    'one-way p95, ms': oneWayMs(watched, SETTLED_S, step?.narrowS ?? end),
    lost: lost(watched, 0, end),
    ...pictures(watched, step ? step.narrowS - BEFORE_STEP_S : SETTLED_S, step?.wideS ?? end),
    ...(step
      ? {
          'one-way p95 narrow, ms': oneWayMs(watched, step.narrowS, step.wideS),
          'use narrow': round(useOf(watched, step.narrowS + SETTLED_S, step.wideS), 3),
          'lost narrow': lost(watched, step.narrowS, step.wideS),
          'recovery to 80 %, s': secondsTo(watched, step.wideS, end),
          'use of all': round(useOf(watched, 0, end), 3),
        }
      : {}),
  };
}

function pictures({ frames, beganAtMs }: Watched, fromS: number, toS: number) {
  const within = frames.filter(({ shownAtMs }) => {
    const atS = (shownAtMs - beganAtMs) / 1000;
    return atS >= fromS && atS < toS;
  });
  if (within.length < 2) return { 'delay p50, ms': null, 'delay p95, ms': null, fps: 0 };
  const { latency, framesPerSecond, freezes, frozenSeconds, longestGapMs } = measureFrames(within);
  return {
    'delay p50, ms': latency?.p50 ?? null,
    'delay p95, ms': latency?.p95 ?? null,
    fps: framesPerSecond,
    freezes,
    'frozen, s': frozenSeconds,
    'longest gap, ms': longestGapMs,
  };
}

/** Seconds from a moment until the link is filled to a share for half a second; null when it never is. */
function secondsTo(watched: Watched, fromS: number, toS: number): number | null {
  for (let endS = fromS + WINDOW_S; endS <= toS; endS += STEP_S) {
    if (useOf(watched, endS - WINDOW_S, endS) >= FULL) return round(endS - fromS, 2);
  }
  return null;
}

function useOf({ records, profile, beganAtUs }: Watched, fromS: number, toS: number): number {
  const [fromUs, toUs] = [fromS * 1e6, toS * 1e6];
  let bytes = 0;
  for (const { leftUs, bytes: size } of records) {
    if (leftUs !== null && leftUs >= beganAtUs + fromUs && leftUs < beganAtUs + toUs) bytes += size;
  }
  return (bytes * 8) / capacityBits(profile.link.rate, fromUs, toUs);
}

function oneWayMs(watched: Watched, fromS: number, toS: number): number | null {
  const delays = recordsWithin(watched, fromS, toS).flatMap(({ enteredUs, leftUs }) =>
    leftUs === null ? [] : [(leftUs - enteredUs) / 1000],
  );
  return delays.length === 0 ? null : round(percentile(delays, 0.95), 0);
}

function lost(watched: Watched, fromS: number, toS: number): number {
  return recordsWithin(watched, fromS, toS).filter(({ leftUs }) => leftUs === null).length;
}

function recordsWithin({ records, beganAtUs }: Watched, fromS: number, toS: number): LinkRecord[] {
  return records.filter(({ enteredUs }) => {
    const atS = (enteredUs - beganAtUs) / 1e6;
    return atS >= fromS && atS < toS;
  });
}
