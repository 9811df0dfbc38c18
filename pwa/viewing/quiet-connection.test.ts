import { describe, expect, test } from 'vitest';
import type { LocalNetworkAccess } from '../browser/local-network.ts';
import { QuietConnection } from './quiet-connection.ts';

function setUp(access: LocalNetworkAccess, hostname = 'camera.example') {
  const values = new Map<string, string>();
  const kept = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
  const open = (userAgent: string, now = access) =>
    new QuietConnection({ hostname, userAgent, kept, query: async () => now });
  return { open, values };
}

describe('a connection before the tap', () => {
  test.each([
    ['granted', true],
    ['denied', true],
    ['unknown', true],
    ['prompt', false],
  ] as const)('where access to the local network is %s asks nothing: %s', async (access, expected) => {
    await expect(setUp(access).open('one').isSure()).resolves.toBe(expected);
  });

  test('asks nothing on a page that is local itself', async () => {
    await expect(setUp('prompt', '192.168.1.2').open('one').isSure()).resolves.toBe(true);
  });

  test('asks nothing in a browser that did not ask for a viewing, until there is a newer one', async () => {
    const { open } = setUp('prompt');
    await open('one').learn();
    await expect(open('one').isSure()).resolves.toBe(true);
    await expect(open('two').isSure()).resolves.toBe(false);
  });

  test('learns nothing where the user has answered', async () => {
    const { open, values } = setUp('prompt');
    await open('one', 'denied').learn();
    expect(values.size).toBe(0);
  });
});
