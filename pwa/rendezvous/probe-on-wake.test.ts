import { describe, expect, it } from 'vitest';
import { probeOnWake } from './probe-on-wake.ts';

describe('probe on wake', () => {
  it('probes when the page is shown, restored or back on the network, until stopped', async () => {
    const limits: number[] = [];
    const stop = probeOnWake({
      probe: async (timeoutMs) => {
        limits.push(timeoutMs);
      },
    });
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(new Event('pageshow'));
    window.dispatchEvent(new Event('online'));
    stop();
    window.dispatchEvent(new Event('online'));
    expect(limits).toEqual([3_000, 3_000, 3_000]);
  });
});
