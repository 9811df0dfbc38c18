import { expect } from '@playwright/test';
import { becomeOwner, expectMovingPicture } from './stage/phone.ts';
import { listSockets } from './stage/process-sockets.ts';
import { test } from './stage/test.ts';

test('the relay listens on no TCP port, idle or watched, and keeps no UDP socket after the last viewer', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  expect(await listSockets(house.relayPid)).toEqual({ listeningTcp: 0, udp: 0 });

  const { context } = await openPhone();
  const page = await context.newPage();
  await becomeOwner(page, house);
  await expectMovingPicture(page);
  const watched = await listSockets(house.relayPid);
  expect(watched.listeningTcp).toBe(0);
  expect(watched.udp).toBeGreaterThan(0);

  await page.close();
  await house.written(/view ended.*viewers=0/);
  await expect.poll(() => listSockets(house.relayPid)).toEqual({ listeningTcp: 0, udp: 0 });
});
