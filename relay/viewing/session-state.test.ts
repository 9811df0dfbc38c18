import { describe, expect, it } from 'vitest';
import { reduceSession, type SessionEvent, type SessionState } from './session-state.ts';

const stateAfter = (...events: SessionEvent['type'][]) =>
  events.reduce<SessionState>(
    (state, type) => reduceSession(state, type === 'end' ? { type, reason: 'revoked' } : { type }),
    { state: 'answering' },
  );

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
