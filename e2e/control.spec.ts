import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { freshLink, latchkey } from './stage/latchkey.ts';
import { expectEnded } from './stage/lending.ts';
import { NodePhones } from './stage/node-phone.ts';
import {
  becomeOwner,
  expectInList,
  expectLive,
  expectMovingPicture,
  pressControl,
  stateOf,
} from './stage/phone.ts';
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

/** The size of a picture that the phone keeps. */
async function takeSnapshot(page: Page): Promise<{ width: number; height: number }> {
  const downloading = page.waitForEvent('download');
  await pressControl(page, 'Snapshot');
  const jpeg = await readFile(await (await downloading).path());
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
    return { width: picture.width, height: picture.height };
  }, jpeg.toString('base64'));
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

  await pressControl(page, 'Back');
  await openMenu(page);
  await page.getByRole('button', { name: 'Switch off' }).click();
  await expectInList(page, 'Kitchen', 'Switched off');
  expect((await latchkey(house, 'privacy', 'status')).output).toContain('switched off');
  await openMenu(page);
  await page.getByRole('button', { name: 'Switch on' }).click();
  await expectInList(page, 'Kitchen', 'Online');
});

test('settings from the phone change the picture at once, and survive a restart; snapshots are in full; unwatched, nothing captures', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse(LENS);
  await using phones = new NodePhones(house);
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  await expectWidth(page, 960);
  const other = await phones.letIn(await freshLink(house));
  const size = { width: 640, height: 360 };
  await other.channel.ask((nonce) => ({ type: 'adjust', body: { nonce, ...size } }));
  await expectWidth(page, 640);
  expect(await takeSnapshot(page)).toEqual({ width: 960, height: 540 });

  const [capture] = await childrenOf(house.relayPid);
  await pressControl(page, 'Back');
  await expect
    .poll(() => childrenOf(house.relayPid), { timeout: UNWATCHED_MS, intervals: [100] })
    .not.toContain(capture);
  await openMenu(page);
  await page.getByRole('button', { name: 'Settings' }).click();
  await expect(page.getByRole('radio', { name: '640 × 360' })).toBeChecked();
  await page.getByRole('radio', { name: '1280 × 720' }).check();
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('button', { name: /^Kitchen/ }).click();
  await expectWidth(page, 1280);

  await house.stopRelay();
  await house.startRelay();
  await expect(stateOf(page)).toHaveText(/^Live/, { timeout: 30_000 });
  await expectMovingPicture(page);
  await expectWidth(page, 1280);
});
