import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { BUILT_PAGE } from './stage/house.ts';
import { becomeOwner, expectInList } from './stage/phone.ts';
import { test } from './stage/test.ts';

/** Waits until the service worker has everything it needs to serve the page without a network. */
async function keepOffline(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready);
}

test('without a network the page still opens, and says in words that the camera is not reachable', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const { context } = await openPhone();
  const page = await context.newPage();
  await becomeOwner(page, house);
  await keepOffline(page);
  await page.goto(house.pageUrl);
  await expectInList(page, 'Kitchen', 'Online');
  await context.setOffline(true);
  await house.stopRendezvous();
  await page.reload();
  await expectInList(page, 'Kitchen', 'Not reachable');
  await page.getByRole('button', { name: /^Kitchen/ }).click();
  await expect(page.getByRole('heading', { name: 'No connection' })).toBeVisible({ timeout: 40_000 });
});

test('a new version is offered and, when accepted, in place', async ({ openHouse, openPhone }) => {
  const pageDirectory = await mkdtemp(join(tmpdir(), 'latchkey-page-'));
  try {
    await cp(BUILT_PAGE, pageDirectory, { recursive: true });
    const house = await openHouse({ pageDirectory });
    const { context } = await openPhone();
    const page = await context.newPage();
    await page.goto(house.pageUrl);
    await keepOffline(page);
    await expect(page.getByText('Ready to open without a network')).toBeVisible();

    await house.stopRendezvous();
    await appendFile(join(pageDirectory, 'service-worker.js'), '\n// The next version.\n');
    await house.startRendezvous();
    await page.reload();
    await expect(page.getByText('A new version is ready')).toBeVisible();
    const reloaded = page.waitForEvent('load');
    await page.getByRole('button', { name: 'Update' }).click();
    await reloaded;
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText('A new version is ready')).toBeHidden();
  } finally {
    await rm(pageDirectory, { recursive: true, force: true });
  }
});

test('the page can be installed', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const { context } = await openPhone();
  const page = await context.newPage();
  await page.goto(house.pageUrl);
  await keepOffline(page);
  const devtools = await context.newCDPSession(page);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  expect(installabilityErrors).toEqual([]);
  const { errors } = await devtools.send('Page.getAppManifest');
  expect(errors).toEqual([]);
});

test('the policy forbids inline scripts and foreign origins', async ({ request, openHouse }) => {
  const house = await openHouse();
  const headers = (await request.get(house.pageUrl)).headers();
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("worker-src 'self';");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).not.toMatch(/unsafe|https?:/);
  expect(headers['referrer-policy']).toBe('no-referrer');
});
