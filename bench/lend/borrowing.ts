import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext } from '@playwright/test';
import { openBrowser } from '../../e2e/stage/chromium.ts';
import { PAUSE_MS, untilFrame } from '../first-frame/app-runs.ts';
import { readStages, STAGES, type Stages } from '../first-frame/marks.ts';
import { installProbe } from '../first-frame/probe.ts';

/** From the opened link to the first picture, milliseconds, adding up to `total`. */
export interface Borrowed extends Stages {
  /** The page itself, its key and its grant. */
  readonly redeem: number;
}

export const BORROW_STAGES = ['redeem', ...STAGES] as const satisfies readonly (keyof Borrowed)[];

export interface BorrowingOptions {
  readonly pageUrl: string;
  /** Lends one more look. */
  readonly lendLink: () => Promise<string>;
  readonly runs: number;
}

/**
 * Links opened by one who has the page already.
 * @throws Error when it does not come out of the service worker.
 */
export async function measureKept({ pageUrl, lendLink, runs }: BorrowingOptions): Promise<Borrowed[]> {
  await using browser = await openProbed();
  const first = await browser.context.newPage();
  await first.goto(pageUrl);
  await first.evaluate(async () => void (await navigator.serviceWorker.ready));
  await first.reload();
  const isKept = await first.evaluate(() => navigator.serviceWorker.controller !== null);
  if (!isKept) throw new Error('the page does not come out of the service worker');
  await first.close();
  const all: Borrowed[] = [];
  for (let run = 0; run < runs; run++) all.push(await open(browser.context, await lendLink()));
  return all;
}

/** Links opened by somebody who has never seen the page. */
export async function measureFresh({ lendLink, runs }: BorrowingOptions): Promise<Borrowed[]> {
  const all: Borrowed[] = [];
  for (let run = 0; run < runs; run++) {
    await using browser = await openProbed();
    all.push(await open(browser.context, await lendLink()));
  }
  return all;
}

function openProbed() {
  return openBrowser({}, (context) => void context.addInitScript(installProbe));
}

async function open(context: BrowserContext, link: string): Promise<Borrowed> {
  const page = await context.newPage();
  await page.goto(link, { waitUntil: 'commit' });
  await untilFrame(page);
  const marks = await page.evaluate(() => latchkeyMarks);
  await page.close();
  // The camera goes off meanwhile.
  await delay(PAUSE_MS);
  const redeem = marks.find(({ name }) => name === 'camera')?.atMs;
  if (redeem === undefined) throw new Error('the page never went over to the picture');
  const stages = readStages(marks, redeem);
  return { ...stages, redeem, total: redeem + stages.total };
}
