import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { expectMovingPicture, readCheckCode, showPicture } from './stage/phone.ts';
import { photographQr, type QrPose } from './stage/qr-picture.ts';
import { encodePng, writeY4m } from './stage/qr-video.ts';
import { test } from './stage/test.ts';

const POSES: Readonly<Record<string, QrPose>> = {
  'turned by 20 degrees': { angleDegrees: 20 },
  'turned by 90 degrees': { angleDegrees: 90 },
  'that takes a third of the picture': { size: 1 / 3 },
  'out of focus': { blurModules: 0.35 },
};

let films: string;

test.beforeAll(async () => {
  films = await mkdtemp(join(tmpdir(), 'latchkey-films-'));
});

test.afterAll(async () => {
  await rm(films, { recursive: true, force: true });
});

/** A film of a code, for the phone's camera. */
async function film(text: string, pose: QrPose = {}): Promise<string> {
  const path = join(films, `${crypto.randomUUID()}.y4m`);
  await writeY4m(path, photographQr(text, pose));
  return path;
}

async function goScan(page: Page, pageUrl: string): Promise<void> {
  await page.goto(pageUrl);
  await page.getByRole('button', { name: 'Scan the camera’s code' }).click();
}

test('a code is scanned, claimed, and the picture moves', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const phone = await openPhone({ cameraVideo: await film(await house.claimLink()) });
  const page = await phone.context.newPage();
  await goScan(page, house.pageUrl);
  expect(await readCheckCode(page)).toBe(await house.checkCode());
  await showPicture(page);
  await expectMovingPicture(page);
});

for (const [pose, options] of Object.entries(POSES)) {
  test(`a code ${pose} is read`, async ({ openHouse, openPhone }) => {
    const house = await openHouse();
    const phone = await openPhone({ cameraVideo: await film(await house.claimLink(), options) });
    const page = await phone.context.newPage();
    await goScan(page, house.pageUrl);
    expect(await readCheckCode(page)).toBe(await house.checkCode());
  });
}

test('a photo of the code from the library is as good as a scan', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const { context } = await openPhone();
  const page = await context.newPage();
  await goScan(page, house.pageUrl);
  const buffer = encodePng(photographQr(await house.claimLink(), { angleDegrees: -12, size: 0.5 }));
  await page
    .getByLabel('A photo of the code')
    .setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer });
  expect(await readCheckCode(page)).toBe(await house.checkCode());
});

test('a photo without a code gives a sentence', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const { context } = await openPhone();
  const page = await context.newPage();
  await goScan(page, house.pageUrl);
  const grey = { width: 320, height: 240, luma: new Uint8Array(320 * 240).fill(128) };
  await page
    .getByLabel('A photo of the code')
    .setInputFiles({ name: 'desk.png', mimeType: 'image/png', buffer: encodePng(grey) });
  await expect(page.getByText('No code found in that photo')).toBeVisible();
});

test('a link is pasted from the clipboard', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const { context } = await openPhone({ permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  await page.goto(house.pageUrl);
  await page.getByRole('button', { name: 'Add with a link' }).click();
  const link = await house.claimLink();
  await page.evaluate((text) => navigator.clipboard.writeText(text), link);
  await page.getByRole('button', { name: 'Paste' }).click();
  expect(await readCheckCode(page)).toBe(await house.checkCode());
});

test('a link is typed, and one of another kind is refused in words first', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const { context } = await openPhone();
  const page = await context.newPage();
  await page.goto(house.pageUrl);
  await page.getByRole('button', { name: 'Add with a link' }).click();
  const field = page.getByLabel('Link', { exact: true });
  await field.fill('https://example.com/');
  await page.getByRole('button', { name: 'Add this camera' }).click();
  await expect(page.getByRole('alert')).toHaveText(/^That is not a camera’s link/);
  await field.fill(await house.claimLink());
  await page.getByRole('button', { name: 'Add this camera' }).click();
  expect(await readCheckCode(page)).toBe(await house.checkCode());
});

test('a code of another site gives a sentence, and the scan goes on', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const phone = await openPhone({ cameraVideo: await film('https://example.com/#c1.menu') });
  const page = await phone.context.newPage();
  await goScan(page, house.pageUrl);
  await expect(page.getByText('That is a code of another kind')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Scan the code' })).toBeVisible();
});

test('without permission for the camera, photo and link remain', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const { context } = await openPhone({
    args: ['--use-fake-device-for-media-stream', '--deny-permission-prompts'],
  });
  const page = await context.newPage();
  await goScan(page, house.pageUrl);
  await expect(page.getByRole('alert')).toContainText('The camera is blocked');
  await expect(page.getByRole('button', { name: 'Photo' })).toBeEnabled();
  await page.getByRole('button', { name: 'Link' }).click();
  await expect(page.getByLabel('Link', { exact: true })).toBeVisible();
});
