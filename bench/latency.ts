import type { Page } from '@playwright/test';
import { openBrowser } from '../e2e/stage/chromium.ts';
import { House } from '../e2e/stage/house.ts';
import { becomeOwner } from '../e2e/stage/phone.ts';
import { watchFrames } from '../e2e/stage/picture-clock.ts';
import { atMost, type Bench, wholeOption } from './bench.ts';
import { buildOption, ensureBuilt } from './built.ts';
import { measureFrames, type Smoothness } from './latency/frame-times.ts';
import { round } from './statistics.ts';

/** The receiver's first estimate has come and the delay of the start is played away. */
const SETTLE_MS = 3_000;
/** For pictures that come late or never. */
const PATIENCE = 2;

/** Glass to glass: from the moment in the picture's clock strip to its presentation. */
export const latency: Bench = {
  summary: "from capture to presentation by the picture's own clock, and its freezes",
  options: {
    seconds: { meaning: 'watched, for each source', fallback: '30' },
    sources: { meaning: 'as LATCHKEY_CAMERA, with commas', fallback: 'test-picture,gstreamer:test' },
    format: { meaning: 'WIDTHxHEIGHT@RATE', fallback: '1280x720@30' },
    build: buildOption,
  },
  run: async (context) => {
    const { option, progress } = context;
    const seconds = wholeOption(context, 'seconds');
    ensureBuilt(context);
    const rows: ({ readonly source: string } & Watched)[] = [];
    for (const source of option('sources').split(',')) {
      progress(source);
      rows.push({ source, ...(await watchSource(source, option('format'), seconds)) });
    }
    return {
      conditions: { seconds, format: option('format'), link: 'loopback', unit: 'ms' },
      rows: rows.map(({ source, latency: delay, ...rest }) => ({ source, ...delay, ...rest })),
      verdicts: rows.flatMap(({ source, latency: delay, frozenSeconds }) => [
        atMost(`${source}, p50`, delay?.p50 ?? null, 50, 'ms'),
        atMost(`${source}, p95`, delay?.p95 ?? null, 90, 'ms'),
        atMost(`${source}, frozen`, frozenSeconds, 0, 's'),
      ]),
    };
  },
};

type Watched = Smoothness & { readonly decodedPerSecond: number };

async function watchSource(source: string, format: string, seconds: number): Promise<Watched> {
  const env = { LATCHKEY_FORMAT: format, LATCHKEY_CLOCK_STRIP: '1' };
  await using house = await House.open({ source, env });
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await becomeOwner(page, house);
  await page.waitForTimeout(SETTLE_MS);
  const rate = Number(format.split('@')[1]);
  const before = await countDecoded(page);
  const frames = await watchFrames(page, seconds * rate, seconds * 1000 * PATIENCE);
  const after = await countDecoded(page);
  const decodedPerSecond = round(((after.frames - before.frames) * 1000) / (after.atMs - before.atMs), 1);
  return { ...measureFrames(frames), decodedPerSecond };
}

/** What the decoder has done so far; the watch may miss a picture while it reads the one before. */
function countDecoded(page: Page): Promise<{ frames: number; atMs: number }> {
  return page
    .locator('live-page video')
    .first()
    .evaluate((video: HTMLVideoElement) => ({
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      atMs: performance.now(),
    }));
}
