import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'e2e',
  // Much of a test is waiting for what takes its time; more browsers at once than two would wait for the processor.
  workers: 2,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // A button that cannot be pressed is told at once, and not when the test has no time left.
  use: { actionTimeout: 15_000 },
  retries: 0,
  forbidOnly: process.env.CI === 'true',
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : [['list']],
  outputDir: 'test-results',
});
