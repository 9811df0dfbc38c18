import { describe, expect, it } from 'vitest';
import {
  isOnStandby,
  type Purpose,
  reduceSession,
  type SessionEvent,
  type SessionState,
} from './session-state.ts';

const follow = (purpose: Purpose, events: readonly SessionEvent['type'][]) =>
  events.reduce<SessionState>(
    (state, type) => reduceSession(state, type === 'end' ? { type, reason: 'revoked' } : { type }),
    { state: 'answering', purpose },
  );
const stateAfter = (...events: SessionEvent['type'][]) => follow('picture', events);

describe('a session', () => {
  it.each([
    [['answered'], 'connecting'],
    [['answered', 'connected'], 'watching'],
    [['answered', 'connected', 'disconnected'], 'interrupted'],
    [['answered', 'connected', 'disconnected', 'connected'], 'watching'],
    [['answered', 'disconnected'], 'connecting'],
    [['connected', 'answered'], 'watching'],
    [['answered', 'timed-out'], 'ended'],
    [['answered', 'connected', 'end'], 'ended'],
    [['answered', 'connected', 'play'], 'watching'],
    [['answered', 'play'], 'connecting'],
    [['end', 'connected'], 'ended'],
  ] as const)('after %j is %s', (events, expected) => {
    expect(stateAfter(...events).state).toBe(expected);
  });

  it('keeps its first reason to end', () => {
    expect(stateAfter('timed-out', 'end')).toEqual({ state: 'ended', reason: 'left' });
  });

  it('stays the same object when nothing changes', () => {
    const state: SessionState = { state: 'watching' };
    expect(reduceSession(state, { type: 'connected' })).toBe(state);
  });
});

describe('a connection made ready', () => {
  it.each([
    [['answered'], 'connecting', true],
    [['answered', 'connected'], 'standby', true],
    [['connected', 'answered'], 'standby', true],
    [['answered', 'connected', 'connected'], 'standby', true],
    [['answered', 'connected', 'play'], 'watching', false],
    [['play', 'answered'], 'connecting', false],
    [['answered', 'play', 'connected'], 'watching', false],
    [['answered', 'connected', 'disconnected'], 'ended', false],
    [['answered', 'connected', 'play', 'disconnected'], 'interrupted', false],
    [['answered', 'connected', 'end', 'play'], 'ended', false],
  ] as const)('after %j is %s', (events, expected, standsBy) => {
    const state = follow('standby', events);
    expect([state.state, isOnStandby(state)]).toEqual([expected, standsBy]);
  });
});
