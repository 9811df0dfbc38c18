import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { openBrowser } from '../e2e/stage/chromium.ts';
import { House } from '../e2e/stage/house.ts';
import { becomeOwner } from '../e2e/stage/phone.ts';
import { watchFrames } from '../e2e/stage/picture-clock.ts';
import { atMost, type Bench, wholeOption } from './bench.ts';
import { buildOption, ensureBuilt } from './built.ts';
import { measureFrames } from './latency/frame-times.ts';
import { fileOnsets } from './sound/file-onsets.ts';
import { giveBeepingMicrophone, hearOnsets } from './sound/page-sound.ts';
import { round, summarize } from './statistics.ts';

/** The jitter buffers have found what they need. */
const SETTLE_MS = 4_000;
const FRAMES_A_SECOND = 30;

/** Mouth to ear both ways, and how far the sound is from the picture: each end beeps at every full second. */
export const sound: Bench = {
  summary: 'mouth to ear both ways, and how far sound and picture are apart',
  options: {
    seconds: { meaning: 'listened, for each way', fallback: '20' },
    build: buildOption,
  },
  run: async (context) => {
    const seconds = wholeOption(context, 'seconds');
    ensureBuilt(context);
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-sound-'));
    try {
      const { listening, talking, picture } = await measure(join(directory, 'spoken.pcm'), seconds, (text) =>
        context.progress(text),
      );
      const [heard, spoken] = [summarize(listening), summarize(talking)];
      const apart = heard && picture ? round(heard.p50 - picture.p50, 0) : null;
      return {
        conditions: { seconds, link: 'loopback', unit: 'ms' },
        rows: [
          { way: 'camera to phone', ...heard },
          { way: 'phone to camera', ...spoken },
          { way: 'picture, while listening', ...picture },
        ],
        verdicts: [
          atMost('camera to phone, p95', heard?.p95 ?? null, 200, 'ms'),
          atMost('phone to camera, p95', spoken?.p95 ?? null, 250, 'ms'),
          atMost('sound and picture apart', apart === null ? null : Math.abs(apart), 80, 'ms'),
        ],
      };
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

async function measure(spoken: string, seconds: number, progress: (text: string) => void) {
  const env = { LATCHKEY_MICROPHONE: 'beep', LATCHKEY_SPEAKER: `file:${spoken}` };
  await using house = await House.open({ env });
  await using browser = await openBrowser({
    permissions: ['microphone'],
    args: ['--use-fake-device-for-media-stream'],
  });
  const page = await browser.context.newPage();
  await giveBeepingMicrophone(page);
  await becomeOwner(page, house);
  progress('camera to phone');
  await flip(page, 'Speaker');
  const [onsets, frames] = await Promise.all([
    hearOnsets(page, seconds),
    watchFrames(page, seconds * FRAMES_A_SECOND, seconds * 2000),
  ]);
  await flip(page, 'Speaker');
  progress('phone to camera');
  await flip(page, 'Microphone');
  const talking = delays(await fileOnsets(spoken, seconds));
  return { listening: delays(onsets), talking, picture: measureFrames(frames).latency };
}

async function flip(page: Page, name: string): Promise<void> {
  await page.locator('live-page lk-picture').hover();
  await page.getByRole('button', { name, exact: true }).click();
  await page.waitForTimeout(SETTLE_MS);
}

/** Since the full second at which each began. */
function delays(onsets: readonly number[]): number[] {
  return onsets.map((atMs) => atMs % 1000);
}
