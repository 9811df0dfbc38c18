import { describe, expect, test, vi } from 'vitest';
import { Subject } from '../state/observable.ts';
import type { ClaimState } from './claim-state.ts';
import { DeferredClaim } from './deferred-claim.ts';

describe('a claim whose code is still to be loaded', () => {
  test('is under way at once, and then what the claim is', async () => {
    const state = new Subject<ClaimState>({ type: 'claiming', step: 'camera' });
    const enterCode = vi.fn();
    const claim = new DeferredClaim(Promise.resolve({ state, enterCode }));
    claim.enterCode('too early');
    expect(claim.state.value).toEqual({ type: 'claiming', step: 'key' });
    await vi.waitUntil(() => claim.state.value === state.value);
    state.set({ type: 'confirming', wasWrong: false });
    expect(claim.state.value).toEqual({ type: 'confirming', wasWrong: false });
    claim.enterCode('123456');
    expect(enterCode.mock.calls).toEqual([['123456']]);
  });

  test('fails without a network when its code cannot be loaded', async () => {
    const claim = new DeferredClaim(Promise.reject(new TypeError('Failed to fetch')));
    await vi.waitUntil(() => claim.state.value.type === 'failed');
    expect(claim.state.value).toEqual({ type: 'failed', code: 'rendezvous_offline' });
  });
});
