import { expect, type Page } from '@playwright/test';
import { latchkey } from './stage/latchkey.ts';
import { expectEnded } from './stage/lending.ts';
import { becomeOwner, expectInList, expectLive, expectMovingPicture, stateOf } from './stage/phone.ts';
import { childrenOf } from './stage/process-tree.ts';
import { test } from './stage/test.ts';

/** What is promised: unwatched for so long there is no capture process. */
const UNWATCHED_MS = 5_000;
const LENS = { source: 'gstreamer:test', env: { LATCHKEY_FORMAT: '960x540@15', LATCHKEY_CLOCK_STRIP: '1' } };

/** The width of the picture as it is decoded. */
const widthOf = (page: Page) =>
  page.locator('live-page video').evaluate((video) => (video as HTMLVideoElement).videoWidth);
const expectWidth = (page: Page, width: number) =>
  expect.poll(() => widthOf(page), { timeout: 15_000 }).toBe(width);

async function openMenu(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Options for Kitchen' }).click();
}

async function watch(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Kitchen/ }).click();
}

test('a camera that is switched off says so, frees the lens, and shows its picture again when an owner wants it', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse(LENS);
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  expect(await childrenOf(house.relayPid)).toHaveLength(1);
  expect((await latchkey(house, 'privacy', 'on')).output).toContain('switched off');
  await expectEnded(page, 'The camera is switched off');
  await expect.poll(() => childrenOf(house.relayPid), { timeout: 2_000 }).toEqual([]);
  await page.getByRole('button', { name: 'Switch it on' }).click();
  await expectLive(page);
  await expectMovingPicture(page);

  await page.getByRole('button', { name: 'Back' }).click();
  await openMenu(page);
  await page.getByRole('button', { name: 'Switch off' }).click();
  await expectInList(page, 'Kitchen', 'Switched off');
  expect((await latchkey(house, 'privacy', 'status')).output).toContain('switched off');
  await openMenu(page);
  await page.getByRole('button', { name: 'Switch on' }).click();
  await expectInList(page, 'Kitchen', 'Online');
});

test('a setting from the phone changes the picture at once and survives a restart; unwatched, nothing captures', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse(LENS);
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  await expectWidth(page, 960);
  const [capture] = await childrenOf(house.relayPid);
  await page.getByRole('button', { name: 'Back' }).click();
  await expect
    .poll(() => childrenOf(house.relayPid), { timeout: UNWATCHED_MS, intervals: [100] })
    .not.toContain(capture);

  await openMenu(page);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('radio', { name: '640 × 360' }).check();
  await expect(page.locator('settings-page section[aria-busy=false]').first()).toBeVisible();
  await page.getByRole('button', { name: 'Back' }).click();
  await watch(page);
  await expectLive(page);
  await expectWidth(page, 640);

  await house.stopRelay();
  await house.startRelay();
  await expect(stateOf(page)).toHaveText(/^Live/, { timeout: 30_000 });
  await expectMovingPicture(page);
  await expectWidth(page, 640);
});
