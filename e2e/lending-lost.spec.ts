import { expect, type Page } from '@playwright/test';
import { freshLink } from './stage/latchkey.ts';
import { borrow, expectEnded, openAccess, takeBack, takeBackOtherPhone } from './stage/lending.ts';
import { NodePhones } from './stage/node-phone.ts';
import { becomeOwner, expectMovingPicture, showPicture, stateOf } from './stage/phone.ts';
import { test } from './stage/test.ts';

test('who has lost the only owner’s phone lets another in at the camera, and takes the lost one’s key back', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const lost = await (await openPhone()).context.newPage();
  await becomeOwner(lost, house);
  await expectMovingPicture(lost);

  const found = await (await openPhone()).context.newPage();
  await found.goto(await freshLink(house));
  await expect(found.getByRole('heading', { name: 'Kitchen is yours' })).toBeVisible();
  await showPicture(found);
  await openAccess(found, house.pageUrl);
  await expect(found.locator('access-row').filter({ hasNotText: 'This phone' })).toContainText(
    'Watching now',
  );
  await takeBackOtherPhone(found);
  await expectEnded(lost, 'Your access was withdrawn');
  await lost.goto(house.pageUrl);
  await expect(lost.locator('lk-camera-card')).toContainText('Your access was withdrawn');
});

test('a look goes on without the broker, and is taken back over the owner’s open picture', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const owner = await (await openPhone()).context.newPage();
  await becomeOwner(owner, house);
  await using phones = new NodePhones(house);
  const { link } = await phones.lend(await phones.letIn(await freshLink(house)), { name: 'Anna' });
  const anna = await (await openPhone()).context.newPage();
  await borrow(anna, link);
  await house.stopRendezvous();
  await expectMovingPicture(anna);
  await goToAccess(owner);
  await takeBack(owner, 'Anna');
  await expectEnded(anna, 'Your access was withdrawn');
  await owner.goBack();
  await owner.getByRole('button', { name: /^Kitchen/ }).click();
  await expect(stateOf(owner)).toHaveText(/^Live/);
  await expectMovingPicture(owner);
});

/** From the picture to the list of who may look, without loading anything anew. */
async function goToAccess(page: Page): Promise<void> {
  // The controls have gone by now: a tap brings them back.
  await page.locator('live-page lk-picture').click();
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('button', { name: 'Options for Kitchen' }).click();
  await page.getByRole('button', { name: 'Who may look' }).click();
  await expect(page.getByRole('heading', { name: 'Who may look' })).toBeVisible();
}
