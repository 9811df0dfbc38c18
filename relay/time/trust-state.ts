import type { SyncAnswer } from './clock-probe.ts';

/** A wall clock that moves by more against the monotonic one was set: time services slew what is less. */
export const STEP_MS = 2_000;
/**
 * A crystal off by 100 ppm is as much wrong after a month without a time service, and putting it right bars no guest: the
 * floor keeps this far below the latest trusted time, and a step up to this needs no confirmation. A clock turned back
 * gives a guest this much and no more, however often it is done.
 */
export const TOLERANCE_S = 5 * 60;

/** Why the wall clock may decide over a guest's time (the first two), or may not. */
export type TrustReason = 'synchronised' | 'assumed' | 'not_synchronised' | 'below_floor';

/** The wall clock and the monotonic one, read together. */
export interface ClockReading {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** What is known of the wall clock. */
export interface TrustState {
  readonly sync: Exclude<TrustReason, 'below_floor'>;
  /** NumericDate below which the clock is wrong, whoever says what. */
  readonly floorS: number;
  /** Wall less monotonic clock at the last event. */
  readonly offsetMs: number;
  /** How often the clock was set. */
  readonly steps: number;
  /** What the time service left when it was last looked at; null: nothing. */
  readonly mark: string | null;
}

/** What can happen to the clock. */
export type TrustEvent =
  | { readonly type: 'time-passed' }
  | { readonly type: 'looked'; readonly mark: string | null }
  /** `steps` as of the question: an answer from before the clock was set says nothing of it now. */
  | { readonly type: 'answered'; readonly answer: SyncAnswer; readonly steps: number };

/** Before anything was asked: not trusted. */
export function startTrust(reading: ClockReading, floorS: number): TrustState {
  return { sync: 'not_synchronised', floorS, offsetMs: offsetOf(reading), steps: 0, mark: null };
}

/** The state after an event, when the clocks show `reading`. */
export function reduceTrust(current: TrustState, event: TrustEvent, reading: ClockReading): TrustState {
  return raiseFloor(apply(noticeStep(current, reading), event), reading);
}

/** What `state` says of the clock at `reading`, a step since the last event included. */
export function trustReason(state: TrustState, reading: ClockReading): TrustReason {
  if (Math.floor(reading.wallMs / 1000) < state.floorS) return 'below_floor';
  return noticeStep(state, reading).sync;
}

/** Whether that reason is one to trust the clock. */
export function isTrustedFor(reason: TrustReason): boolean {
  return reason === 'synchronised' || reason === 'assumed';
}

function apply(current: TrustState, event: TrustEvent): TrustState {
  switch (event.type) {
    case 'time-passed':
      return current;
    case 'looked': {
      const isNew = event.mark !== null && event.mark !== current.mark;
      return { ...current, mark: event.mark, sync: isNew ? 'synchronised' : current.sync };
    }
    case 'answered':
      if (event.steps !== current.steps) return current;
      return { ...current, sync: syncAfter(current.sync, event.answer) };
    default:
      return event satisfies never;
  }
}

/** Once right, a clock stays right until somebody sets it: a time service out of reach later takes nothing away. */
function syncAfter(sync: TrustState['sync'], answer: SyncAnswer): TrustState['sync'] {
  if (sync === 'synchronised') return sync;
  return answer === 'unknown' ? 'assumed' : answer;
}

/** A clock that was set by much has to be confirmed anew, where that is possible. */
function noticeStep(current: TrustState, reading: ClockReading): TrustState {
  const offsetMs = offsetOf(reading);
  const stepMs = Math.abs(offsetMs - current.offsetMs);
  if (stepMs <= STEP_MS) return { ...current, offsetMs };
  const isConfirmed = current.sync === 'assumed' || stepMs <= TOLERANCE_S * 1000;
  return {
    ...current,
    sync: isConfirmed ? current.sync : 'not_synchronised',
    offsetMs,
    steps: current.steps + 1,
  };
}

function raiseFloor(current: TrustState, reading: ClockReading): TrustState {
  if (!isTrustedFor(trustReason(current, reading))) return current;
  const floorS = Math.floor(reading.wallMs / 1000) - TOLERANCE_S;
  return { ...current, floorS: Math.max(floorS, current.floorS) };
}

function offsetOf({ wallMs, monotonicMs }: ClockReading): number {
  return wallMs - monotonicMs;
}
