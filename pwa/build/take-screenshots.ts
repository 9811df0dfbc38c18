import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { createServer } from 'vite';

/** Takes the manifest's screenshots from the stage: `node pwa/build/take-screenshots.ts`, after a change of looks. */
const folder = fileURLToPath(new URL('../public/screenshots/', import.meta.url));
const narrow = { width: 390, height: 844 };
const wide = { width: 1280, height: 800 };
const screenshots = [
  { scene: 'welcome', name: 'welcome-narrow', viewport: narrow, deviceScaleFactor: 2 },
  { scene: 'live', name: 'live-narrow', viewport: narrow, deviceScaleFactor: 2 },
  { scene: 'cameras', name: 'cameras-narrow', viewport: narrow, deviceScaleFactor: 2 },
  { scene: 'live', name: 'live-wide', viewport: wide, deviceScaleFactor: 1 },
] as const;

const server = await createServer({ server: { host: '127.0.0.1', port: 0 }, logLevel: 'warn' });
await server.listen();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  for (const { scene, name, viewport, deviceScaleFactor } of screenshots) {
    const page = await browser.newPage({ viewport, deviceScaleFactor, colorScheme: 'dark' });
    await page.goto(`${server.resolvedUrls?.local[0]}app/testing/stage.html?scene=${scene}`);
    await page.locator('[data-page]').waitFor();
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(600); // The first frame of the drawn picture, and the end of what moves.
    await page.screenshot({ path: `${folder}${name}.png` });
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}
