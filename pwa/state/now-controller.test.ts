import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NowController } from './now-controller.ts';

const requestUpdate = vi.fn();
const host = {
  addController: () => undefined,
  removeController: () => undefined,
  requestUpdate,
  updateComplete: Promise.resolve(true),
};
const nowS = 1_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: nowS * 1000 });
  requestUpdate.mockClear();
});
afterEach(() => vi.useRealTimers());

describe('a page that counts down', () => {
  test.each([
    ['by the second under ten minutes', 59, 1_000],
    ['by the second at ten minutes', 600, 1_000],
    ['when a minute is over above that', 610, 10_000],
    ['after a whole minute at its beginning', 720, 60_000],
    ['when the last day begins', 2 * 86_400, 86_400_000],
  ])('is drawn again %s', (_when, leftS, delayMs) => {
    new NowController(host).countTo([nowS + leftS]);
    vi.advanceTimersByTime(delayMs - 1);
    expect(requestUpdate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(requestUpdate).toHaveBeenCalledOnce();
  });

  test('has one timer for all that it counts to, and none for what is over or has no end', () => {
    const now = new NowController(host);
    now.countTo([nowS + 100, nowS + 5000, null]);
    now.countTo([nowS + 30, nowS + 90_000, nowS - 5]);
    expect(vi.getTimerCount()).toBe(1);
    now.countTo([null, nowS, nowS - 5]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('waits for an end beyond what a browser’s timer holds', () => {
    new NowController(host).countTo([nowS + 40 * 86_400]);
    vi.advanceTimersByTime(60_000);
    expect(requestUpdate).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(1);
  });

  test('leaves no timer behind', () => {
    const now = new NowController(host);
    now.countTo([nowS + 100]);
    now.hostDisconnected();
    expect(vi.getTimerCount()).toBe(0);
  });
});
