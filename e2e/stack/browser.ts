// The system's Chromium. Playwright's own builds are never downloaded.

import { accessSync, constants } from 'node:fs';

import type { LaunchOptions } from '@playwright/test';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

// No sandbox because tests run as root in containers; the others keep the browser from talking to anybody but the portal
// and from needing a GPU or a large /dev/shm.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

export const launchOptions: LaunchOptions = {
  executablePath: process.env['NARU_CHROMIUM'] ?? CANDIDATES.find(isExecutable) ?? 'chromium',
  args: FLAGS,
};

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
