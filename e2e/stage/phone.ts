import { expect, type Locator, type Page } from '@playwright/test';
import type { House } from './house.ts';
import { type ShownFrame, watchFrames } from './picture-clock.ts';

/** One second of the picture. */
const FRAMES = 30;
/** From the tap to the picture; on a busy machine. */
const PICTURE_LIMIT_MS = 30_000;
/** Longer than the digits alone are shown. */
const GOES_ON_AFTER_MS = 7_000;

/** Waits for the claim to be through; the four digits that the phone shows. */
export async function readCheckCode(page: Page, cameraName = 'Kitchen'): Promise<string> {
  await expect(page.getByRole('heading', { name: `${cameraName} is yours` })).toBeVisible();
  const label = await page.getByRole('img', { name: 'Check code' }).getAttribute('aria-label');
  return (label ?? '').replace(/\D/g, '');
}

/** How the picture comes. */
export type Path = 'direct' | 'relayed';

/** What the page says of a picture that comes so. */
const LIVE_WORDS: Readonly<Record<Path, string>> = {
  direct: 'Live, straight from the camera',
  relayed: 'Live, through a relay',
};

/** From the four digits to the picture. */
export async function showPicture(page: Page, path?: Path): Promise<void> {
  const button = page.getByRole('button', { name: 'Show the picture' });
  // The page goes on by itself after six seconds, which may be just now.
  await button.click({ timeout: GOES_ON_AFTER_MS }).catch(() => undefined);
  await page.getByRole('button', { name: 'They match' }).click();
  await expectLive(page, path);
}

/** Makes this phone the owner by the link on the camera's display, and shows the picture. */
export async function becomeOwner(
  page: Page,
  house: House,
  { cameraName, path }: { readonly cameraName?: string; readonly path?: Path } = {},
): Promise<void> {
  await page.goto(await house.claimLink());
  expect(await readCheckCode(page, cameraName)).toBe(await house.checkCode());
  await showPicture(page, path);
}

/** The session's state in words. */
export function stateOf(page: Page): Locator {
  return page.locator('live-page').getByRole('status').first();
}

/** Presses a control of the live page: they go away when nobody moves. */
export async function pressControl(page: Page, name: string): Promise<void> {
  // Beside what may stand in the middle of the picture.
  for (const y of [200, 210]) await page.mouse.move(20, y);
  await page.locator('live-page').getByRole('button', { name, exact: true }).click();
}

/** The page says that the picture is live, and how it comes; who else watches may follow. */
export async function expectLive(page: Page, path: Path = 'direct'): Promise<void> {
  await expect(stateOf(page)).toHaveText(new RegExp(`^${LIVE_WORDS[path]}`), { timeout: PICTURE_LIMIT_MS });
}

/** The picture is decoded right, frame after frame, and its clock moves on. */
export async function expectMovingPicture(page: Page, count = FRAMES): Promise<readonly ShownFrame[]> {
  const frames = await watchFrames(page, count, PICTURE_LIMIT_MS);
  const times = frames.map(({ capturedAtMs }) => capturedAtMs ?? Number.NaN);
  expect(times.filter(Number.isNaN), 'frames without a valid clock').toEqual([]);
  expect(times, 'the clock never goes back').toEqual(times.toSorted((a, b) => a - b));
  expect(
    (times.at(-1) ?? 0) - (times[0] ?? 0),
    'milliseconds from the first frame to the last',
  ).toBeGreaterThan(500);
  return frames;
}

/** Waits for a frame that the camera took after `sinceMs` (epoch): the picture is there again, not still there. */
export async function expectPictureSince(page: Page, sinceMs: number): Promise<void> {
  await expect(async () => {
    const [frame] = await watchFrames(page, 1, 2_000);
    expect(frame?.capturedAtMs ?? 0).toBeGreaterThan(sinceMs);
  }).toPass({ timeout: PICTURE_LIMIT_MS });
}

/** How long a phone may take to find out: it asks, and waits three seconds for an answer. */
const PRESENCE_LIMIT_MS = 15_000;

/** The list says so of a camera, by and by. */
export async function expectInList(
  page: Page,
  name: string,
  presence: string,
  timeout = PRESENCE_LIMIT_MS,
): Promise<void> {
  const card = page.locator('lk-camera-card').filter({ hasText: name });
  await expect(card.locator('lk-presence')).toHaveText(presence, { timeout });
}
