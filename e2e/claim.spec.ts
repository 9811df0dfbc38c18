import { expect, type Page } from '@playwright/test';
import { parseInviteLink } from '#shared/invite-link.ts';
import { becomeOwner, expectMovingPicture, readCheckCode } from './stage/phone.ts';
import { readRecords } from './stage/phone-storage.ts';
import { test } from './stage/test.ts';
import { loseFirst } from './stage/web-socket-tap.ts';

/** Every address the browser keeps of a page, as it would show them in its history. */
async function historyOf(page: Page): Promise<string> {
  const devtools = await page.context().newCDPSession(page);
  const { entries } = await devtools.send('Page.getNavigationHistory');
  return JSON.stringify(entries.map(({ url, title }) => ({ url, title })));
}

test('a link that is opened leaves the address bar, the history and the referrer at once', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const { context } = await openPhone();
  const page = await context.newPage();
  const link = await house.claimLink();
  const { secret, camera } = parseInviteLink(link);
  await page.goto(link);
  expect(page.url()).not.toContain('#');
  expect(await historyOf(page)).not.toContain(secret);
  expect(await readCheckCode(page)).toBe(await house.checkCode());
  expect(await historyOf(page)).not.toContain(secret);
  const traces = await page.evaluate(() =>
    JSON.stringify([
      document.referrer,
      location.href,
      history.state,
      { ...localStorage },
      { ...sessionStorage },
    ]),
  );
  expect(traces).not.toContain(secret);
  expect(JSON.stringify(await readRecords(page))).not.toContain(secret);
  expect(house.log).toContain('claimed');
  expect(house.log).not.toContain(secret);
  expect(house.log).not.toContain(camera);
});

test('the log holds neither keys nor addresses after a claim and a view', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const { context } = await openPhone();
  const page = await context.newPage();
  await becomeOwner(page, house);
  const [record] = (await readRecords(page)).cameras;
  expect(house.log).toContain('view started');
  expect(house.log).not.toContain(record?.psk ?? '');
  expect(house.log).not.toContain(record?.phone ?? '');
  expect(house.log).not.toMatch(/v=0|a=candidate|ice-ufrag|\b\d+\.\d+\.\d+\.\d+\b/);
});

test('a second phone with the same code is refused in words and sees nothing', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const link = await house.claimLink();
  const owner = await (await openPhone()).context.newPage();
  await becomeOwner(owner, house);

  const stranger = await (await openPhone()).context.newPage();
  await stranger.goto(link);
  await expect(stranger.getByRole('heading', { name: 'This camera has an owner' })).toBeVisible();
  await expect(stranger.locator('video')).toHaveCount(0);
  const { cameras, others } = await readRecords(stranger);
  expect(cameras).toEqual([]);
  expect(others.filter((name) => /keys|pending/.test(name))).toEqual([]);
  await stranger.goto(house.pageUrl);
  await expect(stranger.getByRole('button', { name: 'Scan the camera’s code' })).toBeVisible();
  await expectMovingPicture(owner);
});

test('a camera that is off is named as the reason, and its new code works', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const { context } = await openPhone();
  const page = await context.newPage();
  const link = await house.claimLink();
  await house.stopRelay();
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'The camera does not answer' })).toBeVisible();
  await house.startRelay();
  await page.goto(await house.claimLink());
  expect(await readCheckCode(page)).toBe(await house.checkCode());
});

test('a code that ran out says so', async ({ openHouse, openPhone }) => {
  const house = await openHouse();
  const { context } = await openPhone();
  const page = await context.newPage();
  const link = await house.claimLink();
  const { secret } = parseInviteLink(link);
  await page.goto(
    link.replace(secret, secret.startsWith('A') ? `B${secret.slice(1)}` : `A${secret.slice(1)}`),
  );
  await expect(page.getByRole('heading', { name: 'The code has run out' })).toBeVisible();
});

test('the first phone asks again when the answer is lost, and gets the same grant', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const { context } = await openPhone();
  const page = await context.newPage();
  const tap = await loseFirst(page, await house.claimLink(), 'redeemed');
  await page.goto(await house.claimLink());
  expect(await readCheckCode(page)).toBe(await house.checkCode());
  expect(tap.lost).toBe(1);
  expect(house.log.match(/claimed/g)).toHaveLength(2);
});

test('a camera that dies between the claim and its answer keeps the claim', async ({
  openHouse,
  openPhone,
}) => {
  const house = await openHouse();
  const { context } = await openPhone();
  const page = await context.newPage();
  const tap = await loseFirst(page, await house.claimLink(), 'redeemed');
  await page.goto(await house.claimLink());
  const digits = await house.checkCode();
  await house.stopRelay('SIGKILL');
  await house.startRelay();
  expect(await readCheckCode(page)).toBe(digits);
  expect(tap.lost).toBeLessThanOrEqual(1);
  expect(await house.checkCode()).toBe(digits);
});
