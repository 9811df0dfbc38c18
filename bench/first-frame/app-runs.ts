import type { BrowserContext, Page } from '@playwright/test';
import { openBrowser } from '../../e2e/stage/chromium.ts';
import type { House } from '../../e2e/stage/house.ts';
import { becomeOwner } from '../../e2e/stage/phone.ts';
import { PageLink } from '../link/page-link.ts';
import { delayedBy } from '../link/udp-link.ts';
import { readStages, type Stages } from './marks.ts';
import { installProbe } from './probe.ts';

/** The camera stays on for three seconds after its last viewer: longer, so that each start finds it off. */
export const PAUSE_MS = 4_000;
const LIMIT_MS = 20_000;

/** Each kind of start, run after run. */
export interface AppRuns {
  readonly warm: readonly Stages[];
  readonly cold: readonly Stages[];
  /** How many cold pages came out of the service worker, as on a phone they would. */
  readonly fromServiceWorker: number;
}

export interface AppOptions {
  readonly house: House;
  readonly runs: number;
  readonly progress: (text: string) => void;
}

/** Lets a phone in and opens the picture again and again: from the list, and from nothing. */
export async function measureApp({ house, runs, progress }: AppOptions): Promise<AppRuns> {
  await using browser = await openBrowser();
  const { context } = browser;
  await context.addInitScript(installProbe);
  const page = context.pages()[0] ?? (await context.newPage());
  await becomeOwner(page, house);
  const liveUrl = page.url();
  progress('warm');
  await page.goto(house.pageUrl);
  const warm: Stages[] = [];
  for (let run = 0; run < runs; run++) warm.push(await runWarm(page));
  await page.close();
  progress('cold');
  const cold: Awaited<ReturnType<typeof runCold>>[] = [];
  for (let run = 0; run < runs; run++) cold.push(await runCold(context, liveUrl));
  return {
    warm,
    cold: cold.map(({ stages }) => stages),
    fromServiceWorker: cold.filter(({ isFromServiceWorker }) => isFromServiceWorker).length,
  };
}

/** Warm starts over a link of `roundTripMs` for media and signalling; `pageUrl` is a slow way to the rendezvous. */
export async function measureOverLink(
  { house, runs, progress }: AppOptions,
  { roundTripMs, pageUrl }: { readonly roundTripMs: number; readonly pageUrl: string },
): Promise<readonly Stages[]> {
  await using browser = await openBrowser();
  const { context } = browser;
  await context.addInitScript(installProbe);
  using link = await PageLink.open(context, delayedBy(roundTripMs / 2));
  const page = context.pages()[0] ?? (await context.newPage());
  await becomeOwner(page, house);
  progress(`warm, ${roundTripMs} ms`);
  await page.goto(pageUrl);
  const warm: Stages[] = [];
  for (let run = 0; run < runs; run++) {
    await link.renew(page);
    warm.push(await runWarm(page));
  }
  return warm;
}

/** From the tap on the camera in the list; then back to the list. */
async function runWarm(page: Page): Promise<Stages> {
  const card = page.locator('lk-camera-card');
  await card.locator('lk-presence').getByText('Online').waitFor({ timeout: LIMIT_MS });
  await page.waitForTimeout(PAUSE_MS);
  await page.evaluate(() => {
    latchkeyMarks.length = 0;
  });
  await card.locator('button.open').click();
  await untilFrame(page);
  const marks = await page.evaluate(() => latchkeyMarks);
  await page.goBack();
  return readStages(marks, marks.find(({ name }) => name === 'start')?.atMs ?? 0);
}

/** From the beginning of the navigation, in a page of its own. */
async function runCold(context: BrowserContext, url: string) {
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'commit' });
  await untilFrame(page);
  const marks = await page.evaluate(() => latchkeyMarks);
  const isFromServiceWorker = await page.evaluate(() => navigator.serviceWorker.controller !== null);
  await page.close();
  const other = await context.newPage();
  await other.waitForTimeout(PAUSE_MS);
  await other.close();
  return { stages: readStages(marks, 0), isFromServiceWorker };
}

/** Waits for the first picture in a page with the probe. */
export async function untilFrame(page: Page): Promise<void> {
  await page.waitForFunction(() => latchkeyMarks.some(({ name }) => name === 'frame'), null, {
    polling: 50,
    timeout: LIMIT_MS,
  });
}
