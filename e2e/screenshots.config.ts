// `npm run screenshots`: pictures of every page for people. Not part of the tests.

import { defineConfig } from '@playwright/test';

import tests from './playwright.config';

export default defineConfig({
  ...tests,
  testDir: './screenshots',
  testMatch: '*.shots.ts',
  projects: [{ name: 'screenshots' }],
  timeout: 600_000,
});
