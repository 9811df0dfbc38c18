import { describe, expect, test } from 'vitest';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { requestPersistence } from './persistence.ts';

describe('persistence', () => {
  test('is what the browser says', async () => {
    const clock = new FakeClock();
    expect(await requestPersistence(clock, { persist: async () => true })).toBe(true);
    expect(await requestPersistence(clock, { persist: () => Promise.reject(new TypeError('no')) })).toBe(
      false,
    );
    expect(clock.pending).toBe(0);
  });

  test('is no when the browser waits for a prompt that nobody answers', async () => {
    const clock = new FakeClock();
    const asked = requestPersistence(clock, { persist: () => new Promise(() => undefined) });
    clock.advance(2_000);
    expect(await asked).toBe(false);
  });
});
