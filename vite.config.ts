import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Chromium as root, on a closed network: no sandbox to fall back on, no calls home. */
const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  root: 'pwa',
  build: { outDir: '../dist/pwa', emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false } },
  test: {
    reporters: ['default'],
    projects: [
      {
        test: {
          name: 'node',
          root: import.meta.dirname,
          environment: 'node',
          include: ['{shared,relay,rendezvous}/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'browser',
          root: import.meta.dirname,
          include: ['{shared,pwa}/**/*.test.ts'],
          testTimeout: 20_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: chromium, args: chromiumArgs } }),
            instances: [{ browser: 'chromium', viewport: { width: 390, height: 844 } }],
          },
        },
      },
    ],
  },
});
