// The browser tests: which browser, how long, how many at once. Where things run is `stack/`'s business.

import { defineConfig } from '@playwright/test';

import { launchOptions } from './stack/browser';
import { environment } from './stack/environment';

export default defineConfig({
  testDir: './specs',
  outputDir: './test-results/runs',
  globalSetup: './stack/setup.ts',
  // Tests within a file share a connector now and then and stay in order; files run side by side.
  fullyParallel: false,
  workers: 2,
  forbidOnly: Boolean(process.env['CI']),
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    ...(environment.portalUrl === undefined ? {} : { baseURL: environment.portalUrl }),
    launchOptions,
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'first', testMatch: 'first.spec.ts' },
    { name: 'portal', testIgnore: 'first.spec.ts', dependencies: ['first'] },
  ],
});
