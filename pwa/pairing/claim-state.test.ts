import { describe, expect, test } from 'vitest';
import { type ClaimEvent, type ClaimState, reduceClaim } from './claim-state.ts';

const grant = { cameraId: 'g', cameraName: 'Porch', role: 'owner', checkCode: '0042' } as const;
const stored: ClaimEvent = { type: 'stored', ...grant };
const claimed: ClaimState = { type: 'claimed', ...grant };
const confirming: ClaimState = { type: 'confirming', wasWrong: false };
const failed: ClaimState = { type: 'failed', code: 'expired' };
const at = (step: 'key' | 'camera' | 'storing'): ClaimState => ({ type: 'claiming', step });

describe('claim state', () => {
  test.each<[ClaimState, ClaimEvent, ClaimState]>([
    [{ type: 'idle' }, { type: 'started' }, at('key')],
    [at('key'), { type: 'key_ready' }, at('camera')],
    [at('camera'), { type: 'granted' }, at('storing')],
    [at('storing'), stored, claimed],
    [at('camera'), { type: 'failed', code: 'expired' }, failed],
    [at('camera'), { type: 'started' }, at('camera')],
    [at('key'), { type: 'granted' }, at('key')],
    [at('camera'), stored, at('camera')],
    [claimed, { type: 'failed', code: 'cancelled' }, claimed],
    [failed, stored, failed],
    [at('camera'), { type: 'needs_code', wasWrong: false }, confirming],
    [at('key'), { type: 'needs_code', wasWrong: false }, at('key')],
    [confirming, { type: 'code_entered' }, at('camera')],
    [at('camera'), { type: 'code_entered' }, at('camera')],
    [confirming, { type: 'failed', code: 'not_confirmed' }, { type: 'failed', code: 'not_confirmed' }],
  ])('%o, %o -> %o', (state, event, next) => {
    expect(reduceClaim(state, event)).toEqual(next);
  });
});
