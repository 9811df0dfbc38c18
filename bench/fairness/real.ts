import type { Page } from '@playwright/test';
import { openBrowser } from '../../e2e/stage/chromium.ts';
import { House } from '../../e2e/stage/house.ts';
import { becomeOwner } from '../../e2e/stage/phone.ts';
import { measureFrames } from '../latency/frame-times.ts';
import { watchFramesFor } from '../link/clocked-frames.ts';
import { PageLink } from '../link/page-link.ts';
import { openUdpLink, type UdpLink } from '../link/udp-link.ts';
import { round } from '../statistics.ts';
import { linkOf } from './links.ts';

/** What is watched, and how. */
export interface RealAudience {
  /** Mbit/s, one for each viewer. */
  readonly links: readonly number[];
  readonly seconds: number;
  readonly source: string;
  readonly format: string;
}

/** The controls find the links, the rungs are chosen, and the slow viewer's keyframe is through. */
const SETTLE_MS = 15_000;

/** One viewer: a page behind a link of its own. */
interface Seated {
  readonly mbps: number;
  readonly page: Page;
  readonly link: UdpLink;
}

/** Has as many pages watch a real relay at once, each over its own link in real time; a row for each. */
export async function watchReally({ links, seconds, source, format }: RealAudience) {
  const env = {
    ...{ LATCHKEY_FORMAT: format, LATCHKEY_CLOCK_STRIP: '1' },
    // The link stands in for the connection that is made with the tap.
    LATCHKEY_STANDBY: 'off',
  };
  await using house = await House.open({ source, env });
  await using browser = await openBrowser();
  await using seats = new AsyncDisposableStack();
  const first = browser.context.pages()[0] ?? (await browser.context.newPage());
  await becomeOwner(first, house);
  const seated: Seated[] = [];
  await first.goto(house.pageUrl);
  for (const mbps of links) seated.push(await seat({ page: await openWindow(first), house, mbps, seats }));
  await Promise.all(seated.map(({ page }) => page.waitForTimeout(SETTLE_MS)));
  const fromUs = performance.now() * 1000;
  const frames = await Promise.all(seated.map(({ page }) => watchFramesFor(page, seconds * 1000, 'wrapped')));
  const toUs = performance.now() * 1000;
  return seated.map(({ mbps, link }, index) => {
    const shown = frames[index] ?? [];
    return {
      link: mbps,
      'kbit/s': Math.round(receivedBits(link, fromUs, toUs) / ((toUs - fromUs) / 1000)),
      ...sizeOf(shown),
      ...(shown.length < 2 ? {} : smoothnessOf(shown)),
    };
  });
}

/** A window of its own: pages behind another one in the same window are hidden, and present nothing. */
async function openWindow(opener: Page): Promise<Page> {
  const [page] = await Promise.all([
    opener.waitForEvent('popup'),
    opener.evaluate(() => void window.open('about:blank', '_blank', 'popup,width=390,height=844')),
  ]);
  return page;
}

async function seat({
  page,
  house,
  mbps,
  seats,
}: {
  page: Page;
  house: House;
  mbps: number;
  seats: AsyncDisposableStack;
}): Promise<Seated> {
  const link = seats.use(openUdpLink(linkOf(mbps)));
  const pageLink = seats.use(await PageLink.open(page, link.ways));
  await page.goto(house.pageUrl);
  const card = page.locator('lk-camera-card');
  await card.locator('lk-presence').getByText('Online').waitFor();
  await pageLink.renew(page);
  await card.locator('button.open').click();
  await page.locator('live-page video').first().waitFor();
  return { mbps, page, link };
}

/** What came over a link, pictures and all else. */
function receivedBits({ records }: UdpLink, fromUs: number, toUs: number): number {
  let bytes = 0;
  for (const { leftUs, bytes: size } of records) {
    if (leftUs !== null && leftUs >= fromUs && leftUs < toUs) bytes += size;
  }
  return bytes * 8;
}

/** Of the last picture: which rendition it was shows. */
function sizeOf(frames: Awaited<ReturnType<typeof watchFramesFor>>) {
  const last = frames.at(-1);
  return { picture: last ? `${last.width}x${last.height}` : null };
}

function smoothnessOf(frames: Awaited<ReturnType<typeof watchFramesFor>>) {
  const { latency, framesPerSecond, freezes, frozenSeconds } = measureFrames(frames);
  return {
    fps: framesPerSecond,
    freezes,
    'frozen, s': round(frozenSeconds, 2),
    'delay p50, ms': latency?.p50 ?? null,
    'delay p95, ms': latency?.p95 ?? null,
  };
}
