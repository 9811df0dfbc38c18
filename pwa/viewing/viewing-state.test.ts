import { describe, expect, test } from 'vitest';
import type { ConnectingStep } from './camera.ts';
import {
  INITIAL,
  MAX_CONNECT_ATTEMPTS,
  MAX_RECONNECT_ATTEMPTS,
  reduceViewing,
  toLiveState,
  type ViewingEvent,
  type ViewingState,
} from './viewing-state.ts';

const at = (step: ConnectingStep, attempt = 0) => ({ type: 'connecting', step, attempt }) as const;
const live = { type: 'live', path: 'direct' } as const;
const recovering = (attempt: number) => ({ type: 'recovering', reason: 'no_frames', attempt }) as const;
const waiting = (resume: Extract<ViewingState, { type: 'waiting' }>['resume']) =>
  ({ type: 'waiting', trouble: 'gone', resume }) as const;
const trouble = (what: 'gone' | 'busy' | null): ViewingEvent => ({ type: 'picture-state', trouble: what });
const ended = (code: Extract<ViewingState, { type: 'ended' }>['code']): ViewingState => ({
  type: 'ended',
  code,
});
const failed: ViewingEvent = { type: 'failed', blame: 'camera_offline' };
const frame: ViewingEvent = { type: 'frame', path: 'relayed' };

describe('viewing state', () => {
  test.each<[ViewingState, ViewingEvent, ViewingState]>([
    [INITIAL, { type: 'rendezvous_online' }, at('camera')],
    [at('camera'), { type: 'answered' }, at('path')],
    [at('path'), { type: 'connected' }, at('picture')],
    [at('picture'), frame, { type: 'live', path: 'relayed' }],
    [live, frame, { type: 'live', path: 'relayed' }],
    [INITIAL, { type: 'failed', blame: 'rendezvous_offline' }, ended('rendezvous_offline')],
    [at('path'), failed, at('camera', 1)],
    [at('path', MAX_CONNECT_ATTEMPTS - 1), failed, ended('camera_offline')],
    [at('path'), { type: 'path_failed' }, at('camera', 1)],
    [at('camera'), { type: 'camera_silent' }, ended('camera_offline')],
    [live, { type: 'lost', reason: 'no_frames' }, recovering(0)],
    [live, { type: 'path_failed' }, { type: 'recovering', reason: 'path_lost', attempt: 0 }],
    [live, trouble('gone'), waiting(live)],
    [at('picture'), trouble('gone'), waiting(at('picture'))],
    [waiting(live), trouble('busy'), { ...waiting(live), trouble: 'busy' }],
    [waiting(live), trouble(null), live],
    [live, trouble(null), live],
    [waiting(live), frame, { type: 'live', path: 'relayed' }],
    [live, { type: 'frame', path: 'direct', isSeldom: true }, { ...live, isSeldom: true }],
    [{ ...live, isSeldom: true }, { type: 'frame', path: 'direct', isSeldom: false }, live],
    [waiting(live), { type: 'lost', reason: 'no_frames' }, waiting(live)],
    [waiting(live), { type: 'lost', reason: 'resumed' }, { ...recovering(0), reason: 'resumed' }],
    [waiting(live), { type: 'path_failed' }, { ...recovering(0), reason: 'path_lost' }],
    [waiting(live), { type: 'bye', reason: 'capture_failed' }, ended('capture_failed')],
    [recovering(0), failed, recovering(1)],
    [recovering(0), { type: 'path_failed' }, recovering(1)],
    [recovering(MAX_RECONNECT_ATTEMPTS - 1), failed, ended('camera_offline')],
    [recovering(3), frame, { type: 'live', path: 'relayed' }],
    [at('camera'), { type: 'refused', code: 'invalid_grant' }, ended('refused')],
    [at('camera'), { type: 'refused', code: 'clock_unsynced' }, ended('clock_unsynced')],
    [at('camera'), { type: 'refused', code: 'not_yet' }, ended('not_yet')],
    [at('camera'), { type: 'refused', code: 'expired' }, ended('expired')],
    [at('camera'), { type: 'refused', code: 'busy' }, at('camera', 1)],
    [live, { type: 'bye', reason: 'revoked' }, ended('revoked')],
    [live, { type: 'bye', reason: 'expired' }, ended('expired')],
    [live, { type: 'bye', reason: 'outside_hours' }, ended('outside_hours')],
    [live, { type: 'bye', reason: 'replaced' }, ended('refused')],
    [live, { type: 'bye', reason: 'shutdown' }, { type: 'recovering', reason: 'path_lost', attempt: 0 }],
    [INITIAL, { type: 'unsupported' }, ended('unsupported')],
    [ended('camera_offline'), { type: 'retry' }, INITIAL],
  ])('%o, %o -> %o', (state, event, next) => {
    expect(reduceViewing(state, event)).toEqual(next);
  });

  test.each<[ViewingState, ViewingEvent]>([
    [live, { type: 'frame', path: 'direct' }],
    [live, { type: 'camera_silent' }],
    [live, { type: 'connected' }],
    [live, { type: 'retry' }],
    [at('path'), { type: 'rendezvous_online' }],
    [at('path'), { type: 'lost', reason: 'no_frames' }],
    [at('path'), { type: 'camera_silent' }],
    [recovering(2), { type: 'lost', reason: 'path_lost' }],
    [ended('revoked'), frame],
    [ended('revoked'), { type: 'bye', reason: 'left' }],
  ])('%o stays as it is at %o', (state, event) => {
    expect(reduceViewing(state, event)).toBe(state);
  });

  test('counts attempts for itself alone', () => {
    expect(toLiveState(recovering(4))).toEqual({ type: 'reconnecting', reason: 'no_frames' });
    expect(toLiveState(at('path', 2))).toEqual({ type: 'connecting', step: 'path' });
  });
});
