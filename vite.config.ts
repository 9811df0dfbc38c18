import { playwright } from '@vitest/browser-playwright';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ARGS, CHROMIUM_PATH } from './e2e/stage/chromium-program.ts';
import { contentSecurityPolicy } from './pwa/build/content-security-policy.ts';
import { firstLoadInOneFile } from './pwa/build/first-load.ts';
import { manifest } from './pwa/build/manifest.ts';
import { qrDecoderFile } from './pwa/build/qr-decoder-file.ts';
import { sizeBudget } from './pwa/build/size-budget.ts';
import { tightTemplates } from './pwa/build/tight-templates.ts';
import { CONTENT_SECURITY_POLICY } from './rendezvous/security-headers.ts';

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
    sizeBudget({ firstLoad: 50_000, scanner: 15_000, precache: 450_000 }),
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
      'lit/directives/live.js',
      'lit/directives/repeat.js',
      'uqr',
      'valibot',
    ],
    exclude: ['qr-scanner'],
  },
  worker: { plugins: () => [qrDecoderFile()] },
  build: {
    outDir: '../dist/pwa',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: firstLoadInOneFile } },
  },
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
            provider: playwright({ launchOptions: { executablePath: CHROMIUM_PATH, args: CHROMIUM_ARGS } }),
            instances: [{ browser: 'chromium', viewport: { width: 390, height: 844 } }],
          },
        },
      },
    ],
  },
});
