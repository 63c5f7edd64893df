// Every page at three widths, in both themes and both languages, into `test-results/screenshots/`; and the three pictures of
// the README.

import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Page } from '@playwright/test';

import { LANGUAGES, THEMES, test } from '../fixtures/test';
import { Frame } from '../pages/frame';
import { WizardPage } from '../pages/wizard';
import { createConnector, deleteConnector } from '../stack/connect';
import { environment } from '../stack/environment';
import { withMongo } from '../stack/mongodb';
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

test.describe('the pictures of the README', () => {
  const name = 'jee';

  test.beforeAll(() =>
    createConnector(name, { database: 'jee', 'startup.mode': 'copy_existing', 'publish.full.document.only': 'true' }),
  );

  test.afterAll(() => deleteConnector(name));

  test('overview, wizard and preview', async ({ page }) => {
    await page.setViewportSize({ width: 1360, height: 800 });
    await show(page, `/connectors/${name}`);
    await keepChanging(40);
    await page.screenshot({ path: join(DOCS, 'overview.png') });

    await show(page, draft.replace(/step=[a-z]+/, 'step=kafka'));
    await page.screenshot({ path: join(DOCS, 'wizard.png') });

    await show(page, '/topics/jee.patients');
    await page.locator('.record-value summary').first().click();
    await page.screenshot({ path: join(DOCS, 'preview.png') });
  });
});

/** Changes some patients for a while, so that there is something to see; a picture of an idle connector says little. */
async function keepChanging(rounds: number): Promise<void> {
  await withMongo(async (client) => {
    const patients = client.db('jee').collection('patients');
    const ids = await patients.find({}, { projection: { _id: 1 } }).limit(60).toArray();
    for (let round = 0; round < rounds; round += 1) {
      const changed = ids.slice(0, 6 + ((round * 7) % 50)).map(({ _id }) => _id);
      await patients.updateMany({ _id: { $in: changed } }, { $set: { note: round % 2 ? 'stable' : '재진 필요' } });
      await sleep(250);
    }
  });
}

async function show(page: Page, path: string): Promise<void> {
  await new Frame(page).open(path);
  await page.evaluate(() => document.fonts.ready);
}
