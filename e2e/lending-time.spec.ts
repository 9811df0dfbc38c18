import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { CLOCK_FILE } from '../relay/storage/state-directory.ts';
import type { House } from './stage/house.ts';
import { freshLink } from './stage/latchkey.ts';
import { borrow, expectEnded } from './stage/lending.ts';
import { NodePhones } from './stage/node-phone.ts';
import { becomeOwner, expectInList, expectLive, expectMovingPicture } from './stage/phone.ts';
import { watchToEnd } from './stage/picture-clock.ts';
import { test } from './stage/test.ts';

/** Long enough to borrow a look and see it count down, on a busy machine too. */
const SHORT_S = 8;
const HOUR_S = 60 * 60;
/** The camera looks four times a second; nothing that happens later is ever shown. */
const END_LIMIT_MS = 1_000;

const nowS = () => Math.floor(Date.now() / 1000);

test('a look that runs out while it is watched ends on time, in words, and more time brings it back', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  await using phones = new NodePhones(house);
  const owner = await phones.letIn(await house.claimLink());
  const exp = nowS() + SHORT_S;
  const { link, id } = await phones.lend(owner, { exp });
  const guest = await (await openPhone()).context.newPage();
  await borrow(guest, link);
  const [{ lastFrame }] = await Promise.all([
    watchToEnd(guest, (SHORT_S + 5) * 1000),
    expect(guest.locator('live-page').getByRole('timer')).toHaveText(/^0:0\d left$/),
  ]);
  expect(lastFrame.capturedAtMs).toBeGreaterThan(exp * 1000 - END_LIMIT_MS);
  expect(lastFrame.capturedAtMs).toBeLessThan(exp * 1000 + END_LIMIT_MS);
  await expectEnded(guest, 'Your time is up');
  await guest.getByRole('button', { name: 'Back to your cameras' }).click();
  await expect(cardOf(guest)).toContainText('Your time is up');

  expect(await owner.channel.amend({ id, exp: nowS() + HOUR_S })).toBe('done');
  await expectInList(guest, 'Kitchen', 'Online');
  await cardOf(guest)
    .getByRole('button', { name: /^Kitchen/ })
    .click();
  await expectLive(guest);
  await expectMovingPicture(guest);
});

test('a camera that does not know the time lets its owner in, and guests once it does', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const owner = await (await openPhone()).context.newPage();
  await becomeOwner(owner, house);
  await using phones = new NodePhones(house);
  const { link } = await phones.lend(await phones.letIn(await freshLink(house)));
  const guest = await (await openPhone()).context.newPage();
  await borrow(guest, link);
  await guest.goto(house.pageUrl);

  await house.stopRelay();
  await keepFloor(house, nowS() + HOUR_S);
  await house.startRelay();
  await house.written(/clock not trusted.*reason="below_floor"/);
  await expectLive(owner);
  await expectInList(guest, 'Kitchen', 'Online');
  await cardOf(guest)
    .getByRole('button', { name: /^Kitchen/ })
    .click();
  await expectEnded(guest, 'The camera does not know the time');

  await house.stopRelay();
  await keepFloor(house, nowS() - HOUR_S);
  await house.startRelay();
  await house.written(/clock trusted/);
  await guest.getByRole('button', { name: 'Try again' }).click();
  await expectLive(guest);
  await expectMovingPicture(guest);
});

function cardOf(page: Page) {
  return page.locator('lk-camera-card');
}

/** Leaves a camera that is off the time, NumericDate, below which it takes its clock for wrong. */
async function keepFloor(house: House, floor: number): Promise<void> {
  await writeFile(join(house.stateDirectory, CLOCK_FILE), `${JSON.stringify({ version: 1, floor })}\n`);
}
