import { isIP } from 'node:net';
import { expect, it } from 'vitest';
import { listHostAddresses } from './host-addresses.ts';

it('host addresses are literals a viewer could reach, and never none', () => {
  const addresses = listHostAddresses();
  expect(addresses.length).toBeGreaterThan(0);
  expect(addresses.every((address) => isIP(address) !== 0 && !/^(?:fe80:|169\.254\.)/iu.test(address))).toBe(
    true,
  );
});
