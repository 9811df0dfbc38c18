import { describe, expect, test } from 'vitest';
import { isLocalHost, queryLocalNetworkAccess } from './local-network.ts';

/** A browser that knows one permission. */
const knowing = (known: string, state: PermissionState): Pick<Permissions, 'query'> => ({
  query: async ({ name }) => {
    if (name !== known) throw new TypeError(`no ${name}`);
    return { state } as PermissionStatus; // all that is read of it
  },
});

describe('access to the local network', () => {
  test.each([
    ['the name of later drafts', knowing('local-network', 'prompt'), 'prompt'],
    ['the first name', knowing('local-network-access', 'denied'), 'denied'],
    ['neither', knowing('camera', 'granted'), 'unknown'],
    ['no permissions at all', undefined, 'unknown'],
  ] as const)('is read from a browser that knows %s', async (_, permissions, expected) => {
    // A default would take the place of what is not there.
    const outcome = permissions
      ? queryLocalNetworkAccess(permissions)
      : queryLocalNetworkAccess({ query: () => Promise.reject(new TypeError('none')) });
    await expect(outcome).resolves.toBe(expected);
  });

  test.each([
    'localhost',
    '127.0.0.1',
    'camera.local',
    '192.168.1.2',
    '10.0.0.1',
    '172.16.0.1',
    '[::1]',
    '[fd00::2]',
  ])('is nothing to ask for on a page of %s', (hostname) => expect(isLocalHost(hostname)).toBe(true));

  test.each(['camera.example', '203.0.113.1', '172.32.0.1', 'local.example', '[2001:db8::1]'])(
    'may be asked for on a page of %s',
    (hostname) => expect(isLocalHost(hostname)).toBe(false),
  );
});
