import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, type TestInfo } from '@playwright/test';
import { becomeOwner, expectInList, expectLive, readCheckCode } from './stage/phone.ts';
import { test } from './stage/test.ts';

/** WCAG 2.2 §2.5.8 asks for 24 pixels; a thumb in the dark asks for these. */
const TARGET_PX = 48;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Judges a screen in both colour schemes, and attaches how it looks. */
async function judge(page: Page, name: string, testInfo: TestInfo): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(finishTransitions);
    const path = testInfo.outputPath(`${name}-${colorScheme}.png`);
    await page.screenshot({ path });
    await testInfo.attach(`${name}, ${colorScheme}`, { path });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`);
    expect.soft(found, `${name}, ${colorScheme}`).toEqual([]);
  }
  expect.soft(await findSmallTargets(page), `${name}: targets below ${TARGET_PX} px`).toEqual([]);
}

/** What a finger is meant to hit and would easily miss. */
function findSmallTargets(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const collect = (root: ParentNode): Element[] =>
      [...root.querySelectorAll('*')].flatMap((element) => [
        element,
        ...(element.shadowRoot ? collect(element.shadowRoot) : []),
      ]);
    return collect(document)
      .filter((element) => element.matches('button, a[href], input:not([type=file]), select, textarea'))
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.width < least || box.height < least))
      .map(({ element, box }) => `${element.outerHTML.slice(0, 80)} ${box.width}x${box.height}`);
  }, TARGET_PX);
}

test('every screen on the way to the first camera can be used by everybody', async ({
  openHouse,
  openPhone,
}, testInfo) => {
  const house = await openHouse();
  const phone = await openPhone({
    args: ['--use-fake-device-for-media-stream', '--deny-permission-prompts'],
  });
  const page = await phone.context.newPage();
  await page.goto(house.pageUrl);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await judge(page, 'welcome', testInfo);

  await page.getByRole('button', { name: 'Scan the camera’s code' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await judge(page, 'scan-blocked', testInfo);

  await page.getByRole('button', { name: 'Link' }).click();
  await page.getByLabel('Link', { exact: true }).fill('https://example.com/');
  await page.getByRole('button', { name: 'Add this camera' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await judge(page, 'link', testInfo);
});

test('the scanner can be used by everybody', async ({ openHouse, openPhone }, testInfo) => {
  const house = await openHouse();
  const phone = await openPhone({ permissions: ['camera'], args: ['--use-fake-device-for-media-stream'] });
  const page = await phone.context.newPage();
  await page.goto(house.pageUrl);
  await page.getByRole('button', { name: 'Scan the camera’s code' }).click();
  await expect(page.getByText('Hold the phone so that')).toBeVisible();
  await judge(page, 'scan', testInfo);
});

test('every screen of an owner can be used by everybody', async ({ openHouse, openPhone }, testInfo) => {
  const house = await openHouse();
  const page = await (await openPhone()).context.newPage();
  await becomeOwner(page, house);
  await judge(page, 'live', testInfo);

  await page.getByRole('button', { name: 'Back' }).click();
  await expectInList(page, 'Kitchen', 'Online');
  await judge(page, 'cameras', testInfo);

  await page.getByRole('button', { name: 'Options for Kitchen' }).click();
  await judge(page, 'camera-menu', testInfo);
  await page.getByRole('button', { name: 'Rename' }).click();
  await judge(page, 'camera-rename', testInfo);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Options for Kitchen' }).click();
  await page.getByRole('button', { name: 'Forget this camera' }).click();
  await judge(page, 'camera-forget', testInfo);
  await page.getByRole('button', { name: 'Keep it' }).click();

  await house.stopRelay();
  await expectInList(page, 'Kitchen', 'Not reachable');
  await judge(page, 'cameras-offline', testInfo);
  await page.getByRole('button', { name: /^Kitchen/ }).click();
  await judge(page, 'live-connecting', testInfo);
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 40_000 });
  await judge(page, 'live-ended', testInfo);
});

test('the claim, its digits and its failure can be used by everybody', async ({
  openHouse,
  openPhone,
}, testInfo) => {
  const house = await openHouse();
  const link = await house.claimLink();
  const page = await (await openPhone()).context.newPage();
  house.pauseRelay();
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'Making this phone the key' })).toBeVisible();
  await judge(page, 'claiming', testInfo);
  house.resumeRelay();
  await readCheckCode(page);
  const stranger = await (await openPhone()).context.newPage();
  await stranger.goto(link);
  await expect(stranger.getByRole('alert')).toBeVisible();
  await judge(stranger, 'claim-failed', testInfo);
});

test('the four digits can be read by everybody', async ({ openHouse, openPhone }, testInfo) => {
  const house = await openHouse();
  const page = await (await openPhone()).context.newPage();
  await page.addInitScript(waitLonger);
  await page.goto(await house.claimLink());
  await readCheckCode(page);
  await judge(page, 'claimed', testInfo);
  await page.getByRole('button', { name: 'Show the picture' }).click();
  await expectLive(page);
  await judge(page, 'live-check', testInfo);
});

/** Runs in the page: it goes on to the picture by itself after six seconds, which judging may take. */
function waitLonger(): void {
  const start = window.setTimeout.bind(window);
  const slow = (handler: () => void, ms = 0) => start(handler, ms === 6_000 ? 60_000 : ms);
  Object.assign(window, { setTimeout: slow });
}

/** Runs in the page: a change of colours fades in, and is judged when it is through. */
function finishTransitions(): void {
  for (const animation of document.getAnimations()) {
    if (animation instanceof CSSTransition) animation.finish();
  }
}
