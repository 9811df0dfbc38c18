import { expect, type Page } from '@playwright/test';
import type { House } from './stage/house.ts';
import {
  borrow,
  expectEnded,
  expectHourLeft,
  fateOf,
  lendLook,
  openAccess,
  pick,
  rowOf,
  takeBack,
  takeBackOtherPhone,
  typeDigits,
} from './stage/lending.ts';
import { becomeOwner, expectInList, expectLive, expectMovingPicture } from './stage/phone.ts';
import { readRecords } from './stage/phone-storage.ts';
import { test as base } from './stage/test.ts';

interface LendingStage {
  readonly house: House;
  /** A phone with nothing on it, at no page yet. */
  readonly openPage: () => Promise<Page>;
  /** The owner's phone, with the picture on. */
  readonly owner: Page;
}

const test = base.extend<LendingStage>({
  house: async ({ openHouse }, use) => use(await openHouse()),
  openPage: async ({ openPhone }, use) => use(async () => (await openPhone()).context.newPage()),
  owner: async ({ house, openPage }, use) => {
    const page = await openPage();
    await becomeOwner(page, house);
    await use(page);
  },
});

test.describe('a look that is lent', () => {
  test('is borrowed by its link, straight to the picture, and counts down', async ({
    owner,
    openPage,
    house,
  }) => {
    const link = await lendLook(owner, { name: 'Anna' });
    await expect(fateOf(owner)).toContainText('Waiting for Anna');
    const anna = await openPage();
    await borrow(anna, link);
    expect(anna.url()).not.toContain('#');
    expect(await anna.title()).toBe('Latchkey');
    await expectMovingPicture(anna);
    await expectHourLeft(anna);
    await expect(fateOf(owner)).toContainText('Anna is in');
    await openAccess(owner, house.pageUrl);
    await expect(rowOf(owner, 'Anna')).toContainText('Watching now');
  });

  test('is borrowed by its code, as it stands on the other phone', async ({ owner, openPage, house }) => {
    await lendLook(owner);
    const picture = await owner.locator('loan-code').screenshot();
    const guest = await openPage();
    await guest.goto(house.pageUrl);
    await guest.getByRole('button', { name: 'Scan the camera’s code' }).click();
    const photo = { name: 'code.png', mimeType: 'image/png', buffer: picture };
    await guest.getByLabel('A photo of the code').setInputFiles(photo);
    await expectLive(guest);
  });

  test('goes to one phone: a thief after it gets nothing, and learns nothing', async ({
    owner,
    openPage,
    house,
  }) => {
    const link = await lendLook(owner, { name: 'Anna' });
    const anna = await openPage();
    await borrow(anna, link);
    const thief = await openPage();
    await thief.goto(link);
    await expect(thief.getByRole('alert')).toBeVisible();
    await expect(thief.locator('video')).toHaveCount(0);
    const { cameras, others } = await readRecords(thief);
    expect(cameras).toEqual([]);
    expect(others.filter((name) => /keys|pending/.test(name))).toEqual([]);
    await openAccess(owner, house.pageUrl);
    await expect(owner.locator('access-row')).toHaveCount(2);
    await expectMovingPicture(anna);
  });

  test('that a thief was first to open is seen by its lender, and taken back', async ({
    owner,
    openPage,
    house,
  }) => {
    const link = await lendLook(owner, { name: 'Anna' });
    const thief = await openPage();
    await borrow(thief, link);
    await expect(fateOf(owner)).toContainText('Anna is in');
    const anna = await openPage();
    await anna.goto(link);
    await expect(anna.getByRole('alert')).toBeVisible();
    await openAccess(owner, house.pageUrl);
    await takeBack(owner, 'Anna');
    await expectEnded(thief, 'Your access was withdrawn');
    await thief.goto(house.pageUrl);
    await expect(thief.locator('lk-camera-card')).toContainText('Your access was withdrawn');
  });

  test('opens again on the phone that has it, and on no other', async ({ owner, openPage }) => {
    const link = await lendLook(owner);
    const anna = await openPage();
    await borrow(anna, link);
    await anna.goto('about:blank');
    await borrow(anna, link);
    expect((await readRecords(anna)).cameras).toHaveLength(1);
  });

  test('can be taken back before anybody has used it', async ({ owner, openPage }) => {
    const link = await lendLook(owner, { name: 'Anna' });
    await expect(fateOf(owner)).toContainText('Waiting for Anna');
    await owner.getByRole('button', { name: 'Take it back' }).click();
    await expect(fateOf(owner)).toContainText('Taken back');
    const first = await openPage();
    await first.goto(link);
    await expect(first.getByRole('alert')).toContainText('taken back');
    const second = await openPage();
    await second.goto(link);
    await expect(second.getByRole('alert')).toBeVisible();
    await expect(second.getByRole('alert')).not.toContainText('taken back');
  });

  test('while the camera is away goes to it when it is back', async ({ owner, openPage, house }) => {
    await house.stopRelay();
    const link = await lendLook(owner, { name: 'Anna' });
    await expect(fateOf(owner)).toContainText('The camera is not reachable');
    await owner.goto('about:blank');
    await house.startRelay();
    await owner.goto(house.pageUrl);
    await expectInList(owner, 'Kitchen', 'Online');
    const anna = await openPage();
    await borrow(anna, link);
  });

  test('for weekly hours that are not now says when they are', async ({ owner, openPage }) => {
    const link = await lendLook(owner, {
      name: 'Cleaner',
      chip: 'Weekly hours',
      prepare: async (page) => {
        // Two days away from today, in any time zone.
        const other = (new Date().getDay() + 3) % 7;
        const names = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
        for (const day of names) {
          const button = page.locator('hours-field').getByRole('button', { name: day });
          const isOn = (await button.getAttribute('aria-pressed')) === 'true';
          if (isOn !== (day === names[other])) await button.click();
        }
      },
    });
    const cleaner = await openPage();
    await cleaner.goto(link);
    await expect(cleaner.getByRole('heading', { name: 'Outside your hours' })).toBeVisible();
  });
});

test.describe('what was lent', () => {
  test('is extended by one tap, on both phones', async ({ owner, openPage, house }) => {
    const anna = await openPage();
    await borrow(anna, await lendLook(owner, { name: 'Anna', chip: '15 min' }));
    await expect(anna.getByRole('timer')).toHaveText(/^1[45] min left$/);
    await openAccess(owner, house.pageUrl);
    await pick(owner, 'Anna');
    await owner.getByRole('button', { name: '1 hour' }).click();
    await expect(anna.getByRole('timer')).toHaveText(/^1 h 1[45] min left$/);
    await expect(rowOf(owner, 'Anna')).toContainText(/1 h 1[45] min left/);
  });

  test('ends on the phone within the second when it is taken back', async ({ owner, openPage, house }) => {
    const anna = await openPage();
    await borrow(anna, await lendLook(owner, { name: 'Anna' }));
    await openAccess(owner, house.pageUrl);
    await takeBack(owner, 'Anna');
    await expectEnded(anna, 'Your access was withdrawn');
    await expect(rowOf(owner, 'Anna')).toContainText('Taken back');
    await anna.getByRole('button', { name: 'Back to your cameras' }).click();
    await expect(anna.locator('lk-camera-card')).toContainText('Your access was withdrawn');
    await anna.reload();
    await expect(anna.locator('lk-camera-card')).toContainText('Your access was withdrawn');
  });

  test('falls with whoever lent it on', async ({ owner, openPage, house }) => {
    const anna = await openPage();
    await borrow(anna, await lendLook(owner, { name: 'Anna', rights: ['Lend on'] }));
    const ben = await openPage();
    await borrow(ben, await lendLook(anna, { name: 'Ben', chip: '15 min' }));
    await openAccess(owner, house.pageUrl);
    await expect(rowOf(owner, 'Ben')).toContainText('by Anna');
    await takeBack(owner, 'Anna');
    await expectEnded(ben, 'Your access was withdrawn');
  });

  test('can be given back by the one who has it', async ({ owner, openPage, house }) => {
    const anna = await openPage();
    await borrow(anna, await lendLook(owner, { name: 'Anna' }));
    await anna.goto(house.pageUrl);
    await expectInList(anna, 'Kitchen', 'Online');
    await anna.getByRole('button', { name: 'Options for Kitchen' }).click();
    await anna.getByRole('button', { name: 'Forget this camera' }).click();
    await anna.getByRole('button', { name: 'Forget this camera' }).click();
    await openAccess(owner, house.pageUrl);
    await expect(rowOf(owner, 'Anna')).toContainText('Taken back');
  });

  test('is written down, and what is written is signed', async ({ owner, openPage, house }) => {
    const anna = await openPage();
    await borrow(anna, await lendLook(owner, { name: 'Anna' }));
    await anna.close();
    await openAccess(owner, house.pageUrl);
    await owner.getByRole('button', { name: 'Who watched' }).click();
    await expect(owner.locator('log-page')).toContainText('Anna');
    await expect(owner.locator('log-page')).toContainText('Signed by the camera');
  });
});

test.describe('a second owner', () => {
  test('is let in by the digits on the camera, and can take the first phone’s key back', async ({
    owner,
    openPage,
    house,
  }) => {
    const link = await lendLook(owner, { name: 'Partner', chip: 'For good, as owner' });
    const partner = await openPage();
    await partner.goto(link);
    const digits = (await house.written(/type there\s+(\d{3} \d{3})/))[1]?.replace(' ', '') ?? '';
    await expect(fateOf(owner)).toContainText('Somebody is typing');
    await typeDigits(partner, digits === '000000' ? '000001' : '000000');
    await expect(partner.getByText('Those were not the digits')).toBeVisible();
    await typeDigits(partner, digits);
    await expect(partner.getByRole('heading', { name: 'Kitchen is yours too' })).toBeVisible();
    await openAccess(partner, house.pageUrl);
    await expect(rowOf(partner, 'Partner')).toContainText('This phone');
    await takeBackOtherPhone(partner);
    await owner.goto(house.pageUrl);
    await expect(owner.locator('lk-camera-card')).toContainText('Your access was withdrawn');
  });

  test('is nobody who is not in front of the camera', async ({ owner, openPage }) => {
    const link = await lendLook(owner, { name: 'Thief', chip: 'For good, as owner' });
    const thief = await openPage();
    await thief.goto(link);
    for (const guess of ['111111', '222222', '333333']) await typeDigits(thief, guess);
    await expect(thief.getByRole('heading', { name: /wrong too often|taken back/ })).toBeVisible();
    await expect(fateOf(owner)).toContainText('Taken back');
  });

  test('takes the camera over when it is handed over', async ({ owner, openPage, house }) => {
    const link = await lendLook(owner, {
      name: 'Buyer',
      chip: 'For good, as owner',
      prepare: (page) => page.getByRole('switch', { name: 'Hand the camera over' }).click(),
    });
    const buyer = await openPage();
    await buyer.goto(link);
    const digits = (await house.written(/type there\s+(\d{3} \d{3})/))[1]?.replace(' ', '') ?? '';
    await typeDigits(buyer, digits);
    await expect(buyer.getByRole('heading', { name: 'Kitchen is yours too' })).toBeVisible();
    await owner.goto(house.pageUrl);
    await expect(owner.locator('lk-camera-card')).toContainText('Your access was withdrawn');
    await openAccess(buyer, house.pageUrl);
    await expect(buyer.locator('access-row').filter({ hasText: 'This phone' })).toHaveCount(1);
  });
});
