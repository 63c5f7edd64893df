// Every page at three widths, in both themes and both languages, into `test-results/screenshots/`; and the three pictures of
// the README.

import { join, resolve } from 'node:path';

import type { Page } from '@playwright/test';

import { LANGUAGES, THEMES, test } from '../fixtures/test';
import { Frame } from '../pages/frame';
import { WizardPage } from '../pages/wizard';
import { environment } from '../stack/environment';
import { type World, makeWorld, places, removeWorld } from '../stack/places';

const WIDTHS = [360, 768, 1440];
const DOCS = resolve(__dirname, '../../docs/images');

let world: World;
let draft: string;

test.use({ contextOptions: { reducedMotion: 'reduce' } });

test.beforeAll(async ({ browser }) => {
  world = await makeWorld('shots');
  draft = await WizardPage.draftIn(browser, 'jee');
});

test.afterAll(() => removeWorld(world));

for (const language of LANGUAGES) {
  for (const theme of THEMES) {
    test.describe(`${language} ${theme}`, () => {
      test.use({ language, theme });

      test('every page', async ({ page, watch }) => {
        for (const place of places(world, draft)) {
          if (place.status !== undefined) watch.expectAnswer(place.path, place.status);
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: width === 360 ? 740 : 900 });
            await show(page, place.path);
            const file = `${place.name}-${width}-${theme}-${language}.png`;
            await page.screenshot({ path: join(environment.results, 'screenshots', file), fullPage: true });
          }
        }
      });
    });
  }
}

test('the pictures of the README', async ({ page }) => {
  await page.setViewportSize({ width: 1200, height: 760 });
  const pictures = { overview: 'overview', wizard: 'wizard-4-kafka', preview: 'preview' };
  for (const [name, of] of Object.entries(pictures)) {
    const place = places(world, draft).find((candidate) => candidate.name === of);
    if (place === undefined) throw new Error(`no page is called ${of}`);
    await show(page, place.path);
    await page.screenshot({ path: join(DOCS, `${name}.png`) });
  }
});

async function show(page: Page, path: string): Promise<void> {
  await new Frame(page).open(path);
  await page.evaluate(() => document.fonts.ready);
}
