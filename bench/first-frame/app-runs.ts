import type { BrowserContext, Page } from '@playwright/test';
import { openBrowser } from '../../e2e/stage/chromium.ts';
import type { House } from '../../e2e/stage/house.ts';
import { becomeOwner } from '../../e2e/stage/phone.ts';
import { PageLink } from '../link/page-link.ts';
import { delayedBy } from '../link/udp-link.ts';
import { type Mark, type ReadyStages, readReadyStages, readStages, type Stages } from './marks.ts';
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

export interface OverLink {
  readonly roundTripMs: number;
  /** A slow way to the rendezvous. */
  readonly pageUrl: string;
}

/** Starts from the list whose connection was made while the list was open; over a link where there is one. */
export async function measureReady(
  { house, runs, progress }: AppOptions,
  over: OverLink | null = null,
): Promise<readonly ReadyStages[]> {
  await using browser = await openBrowser();
  const { context } = browser;
  await context.addInitScript(installProbe);
  using link = over && (await PageLink.open(context, delayedBy(over.roundTripMs / 2)));
  const page = context.pages()[0] ?? (await context.newPage());
  await becomeOwner(page, house);
  progress(over === null ? 'ready' : `ready, ${over.roundTripMs} ms`);
  const all: ReadyStages[] = [];
  for (let run = 0; run < runs; run++) {
    // Another page than the list, so that the connection is made when the way for it is there.
    await page.goto('about:blank');
    await page.goto(`${over?.pageUrl ?? house.pageUrl}`, { waitUntil: 'commit' });
    await link?.renew(page);
    const { marks, startMs } = await tapForPicture(page);
    all.push(readReadyStages(marks, startMs));
  }
  return all;
}

/** Warm starts over a link for media and signalling. */
export async function measureOverLink(
  { house, runs, progress }: AppOptions,
  { roundTripMs, pageUrl }: OverLink,
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

/** From the tap on the camera in the list, in a page with the probe; then back to the list. */
export async function runWarm(page: Page): Promise<Stages> {
  const { marks, startMs } = await tapForPicture(page);
  await page.goBack();
  return readStages(marks, startMs);
}

async function tapForPicture(
  page: Page,
): Promise<{ readonly marks: readonly Mark[]; readonly startMs: number }> {
  const card = page.locator('lk-camera-card');
  await card.locator('lk-presence').getByText('Online').waitFor({ timeout: LIMIT_MS });
  await page.waitForTimeout(PAUSE_MS);
  await page.evaluate(() => {
    latchkeyMarks.length = 0;
  });
  await card.locator('button.open').click();
  await untilFrame(page);
  const marks = await page.evaluate(() => latchkeyMarks);
  return { marks, startMs: marks.find(({ name }) => name === 'start')?.atMs ?? 0 };
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
