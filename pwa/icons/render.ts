import { writeFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { drawMark } from './mark.ts';

/** Writes every icon into `pwa/public`; run it after a change of the mark: `node pwa/icons/render.ts`. */
const publicFolder = new URL('../public/', import.meta.url);
const pictures = [
  { file: 'icon-192.png', size: 192, svg: drawMark('rounded') },
  { file: 'icon-512.png', size: 512, svg: drawMark('rounded') },
  { file: 'icon-maskable-512.png', size: 512, svg: drawMark('full', 0.78) },
  { file: 'apple-touch-icon.png', size: 180, svg: drawMark('full', 0.92) },
] as const;

writeFileSync(new URL('favicon.svg', publicFolder), drawMark('rounded'));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  for (const { file, size, svg } of pictures) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(`<style>*{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`);
    const png = await page.screenshot({ omitBackground: true });
    writeFileSync(new URL(file, publicFolder), png);
    await page.close();
  }
} finally {
  await browser.close();
}
