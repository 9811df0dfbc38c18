import { describe, expect, it } from 'vitest';
import { probeOnWake } from './probe-on-wake.ts';

/** What a phone says when it moves; a computer's browser names no type. */
function changeNetwork(type: string): void {
  const connection: unknown = Reflect.get(navigator, 'connection');
  if (!(connection instanceof EventTarget)) throw new TypeError('this browser names no network');
  Object.defineProperty(connection, 'type', { value: type, configurable: true });
  connection.dispatchEvent(new Event('change'));
}

describe('probe on wake', () => {
  it('probes when the page is shown or restored, and reconnects on another network, until stopped', async () => {
    const limits: number[] = [];
    const stop = probeOnWake({
      probe: async (timeoutMs) => {
        limits.push(timeoutMs);
      },
    });
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(new Event('pageshow'));
    window.dispatchEvent(new Event('online'));
    changeNetwork('wifi');
    changeNetwork('cellular');
    changeNetwork('cellular');
    stop();
    window.dispatchEvent(new Event('online'));
    changeNetwork('wifi');
    expect(limits).toEqual([3_000, 3_000, 0, 0, 0]);
  });
});
