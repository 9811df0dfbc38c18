import { describe, expect, test } from 'vitest';
import { type ClaimEvent, type ClaimState, reduceClaim } from './claim-state.ts';

const stored: ClaimEvent = { type: 'stored', cameraId: 'g', cameraName: 'Porch', checkCode: '0042' };
const claimed: ClaimState = { type: 'claimed', cameraId: 'g', cameraName: 'Porch', checkCode: '0042' };
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
  ])('%o, %o -> %o', (state, event, next) => {
    expect(reduceClaim(state, event)).toEqual(next);
  });
});
