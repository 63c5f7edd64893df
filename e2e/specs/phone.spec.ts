// A window of 360 pixels: every page fits, and what is wider scrolls in a box of its own.

import { expectNoSidewaysScroll } from '../fixtures/layout';
import { LANGUAGES, test } from '../fixtures/test';
import { Frame } from '../pages/frame';
import { WizardPage } from '../pages/wizard';
import { type World, makeWorld, places, removeWorld } from '../stack/places';

let world: World;
let draft: string;

test.use({ viewport: { width: 360, height: 740 } });

test.beforeAll(async ({ browser }) => {
  world = await makeWorld('phone');
  draft = await WizardPage.draftIn(browser, 'jee');
});

test.afterAll(() => removeWorld(world));

for (const language of LANGUAGES) {
  test.describe(language, () => {
    test.use({ language });

    test('no page scrolls sideways', async ({ page, watch }) => {
      test.setTimeout(120_000);
      const frame = new Frame(page);
      for (const place of places(world, draft)) {
        await test.step(place.name, async () => {
          if (place.status !== undefined) watch.expectAnswer(place.path, place.status);
          await frame.open(place.path);
          await expectNoSidewaysScroll(page, place.name);
        });
      }
    });
  });
}
