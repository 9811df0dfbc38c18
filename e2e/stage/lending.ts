import { expect, type Locator, type Page } from '@playwright/test';
import { expectLive, type Path, pressControl } from './phone.ts';

/** An hour and a minute's grace: the countdown of a look just borrowed for an hour. */
const HOUR_LEFT = /^(1 h left|60 min left|59 min left)$/;

/** What to lend, as one taps it together. */
export interface LookOrder {
  readonly name?: string;
  /** The words on the chip that says how long. Default `1 hour`. */
  readonly chip?: string;
  /** Rights to switch on besides those that are on. */
  readonly rights?: readonly string[];
  /** What else to do before the look is lent. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** From the live picture to the link of a look, with its code on show. */
export async function lendLook(page: Page, order: LookOrder = {}): Promise<string> {
  const { name, chip = '1 hour', rights = [], prepare } = order;
  await pressControl(page, 'Lend');
  await expect(page.getByRole('heading', { name: 'Lend a look' })).toBeVisible();
  if (name !== undefined) await page.getByLabel('For whom?').fill(name);
  await page.getByRole('radio', { name: chip, exact: true }).check();
  if (rights.length > 0) await page.getByRole('button', { name: 'They may' }).click();
  for (const right of rights) await page.getByRole('switch', { name: right }).click();
  await prepare?.(page);
  await page.locator('lend-page .actions').getByRole('button').click();
  return shownLink(page);
}

/** The link behind the code on the page. */
export async function shownLink(page: Page): Promise<string> {
  const code = page.locator('loan-code');
  await expect(code).toBeVisible();
  return (await code.getAttribute('link')) ?? '';
}

/** What has become of what was lent, in words. */
export function fateOf(page: Page): Locator {
  return page.locator('loan-page').getByRole('status').first();
}

/** Opens a link that was lent, and waits for the picture. */
export async function borrow(page: Page, link: string, path?: Path): Promise<void> {
  await page.goto(link);
  await expectLive(page, path);
}

/** The countdown over a picture that was borrowed for an hour. */
export async function expectHourLeft(page: Page): Promise<void> {
  await expect(page.locator('live-page').getByRole('timer')).toHaveText(HOUR_LEFT);
}

/** The page says in words why there is no picture any more. */
export async function expectEnded(page: Page, heading: string): Promise<void> {
  await expect(page.locator('live-page').getByRole('heading', { name: heading })).toBeVisible();
  await expect(page.locator('live-page video')).toHaveJSProperty('srcObject', null);
}

/** From wherever the phone is to the list of who may look. */
export async function openAccess(page: Page, pageUrl: string, camera = 'Kitchen'): Promise<void> {
  await page.goto(pageUrl);
  await page.getByRole('button', { name: `Options for ${camera}` }).click();
  await page.getByRole('button', { name: 'Who may look' }).click();
  await expect(page.getByRole('heading', { name: 'Who may look' })).toBeVisible();
}

/** Somebody's line in that list. */
export function rowOf(page: Page, name: string): Locator {
  return page.locator(`access-row[name="${name}"]`);
}

/** Opens somebody's line. */
export async function pick(page: Page, name: string): Promise<void> {
  await rowOf(page, name).getByRole('button').click();
  await expect(page.locator('access-sheet').getByRole('dialog')).toBeVisible();
}

/** Takes back what somebody has; resolves when the camera has confirmed it. */
export async function takeBack(page: Page, name: string): Promise<void> {
  await takeBackFrom(page, rowOf(page, name));
}

/** The same of another owner's phone, of whose names only ours is known. */
export async function takeBackOtherPhone(page: Page): Promise<void> {
  await takeBackFrom(page, page.locator('access-row').filter({ hasNotText: 'This phone' }));
}

async function takeBackFrom(page: Page, row: Locator): Promise<void> {
  await row.getByRole('button').click();
  const sheet = page.locator('access-sheet');
  await sheet.getByRole('button', { name: 'Take it back' }).click();
  await sheet.getByRole('button', { name: 'Take it back' }).click();
  await expect(sheet.getByRole('dialog')).toHaveCount(0);
}

/** Types the six digits that the camera shows. */
export async function typeDigits(page: Page, digits: string): Promise<void> {
  await page.getByLabel('The six digits on the camera').fill(digits);
  await page.getByRole('button', { name: 'Confirm' }).click();
}
