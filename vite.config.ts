import { playwright } from '@vitest/browser-playwright';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import { contentSecurityPolicy } from './pwa/build/content-security-policy.ts';
import { manifest } from './pwa/build/manifest.ts';
import { qrDecoderFile } from './pwa/build/qr-decoder-file.ts';
import { sizeBudget } from './pwa/build/size-budget.ts';
import { tightTemplates } from './pwa/build/tight-templates.ts';
import { CONTENT_SECURITY_POLICY } from './rendezvous/security-headers.ts';

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
  plugins: [
    qrDecoderFile(),
    tightTemplates(),
    contentSecurityPolicy(CONTENT_SECURITY_POLICY),
    VitePWA({
      strategies: 'generateSW',
      registerType: 'prompt',
      injectRegister: null,
      filename: 'service-worker.js',
      manifest,
      includeManifestIcons: false,
      workbox: {
        globPatterns: ['index.html', 'assets/*.{js,css,woff2}', 'favicon.svg'],
        navigateFallback: 'index.html',
        cleanupOutdatedCaches: true,
        inlineWorkboxRuntime: true,
        sourcemap: false,
      },
    }),
    sizeBudget({ firstLoad: 50_000, scanner: 15_000, precache: 300_000 }),
  ],
  optimizeDeps: {
    // Named, because one found during a test run loads the page again; qr-scanner goes through our plugin instead.
    include: [
      'axe-core',
      'fast-check',
      'idb-keyval',
      'jose',
      'lit',
      'lit/decorators.js',
      'lit/directives/repeat.js',
      'uqr',
      'valibot',
    ],
    exclude: ['qr-scanner'],
  },
  worker: { plugins: () => [qrDecoderFile()] },
  build: { outDir: '../dist/pwa', emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false } },
  test: {
    reporters: ['default'],
    projects: [
      {
        test: {
          name: 'node',
          root: import.meta.dirname,
          environment: 'node',
          include: ['{shared,relay,rendezvous,bench}/**/*.test.ts'],
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
