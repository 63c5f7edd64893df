// axe on every page, in both languages and both themes, and in the states that only a click brings.

import { expectAccessible } from '../fixtures/accessibility';
import { LANGUAGES, THEMES, expect, test } from '../fixtures/test';
import { Frame } from '../pages/frame';
import { type World, makeWorld, places, removeWorld } from '../stack/places';

let world: World;

test.use({ contextOptions: { reducedMotion: 'reduce' } });

test.beforeAll(async () => {
  world = await makeWorld('axe');
});

test.afterAll(() => removeWorld(world));

for (const language of LANGUAGES) {
  for (const theme of THEMES) {
    test.describe(`in ${language}, ${theme}`, () => {
      test.use({ language, theme });

      test('every page passes axe', async ({ page, watch }) => {
        test.setTimeout(180_000);
        const frame = new Frame(page);
        for (const place of places(world)) {
          await test.step(place.name, async () => {
            if (place.status !== undefined) watch.expectAnswer(place.path, place.status);
            await frame.open(place.path);
            await expect(frame.heading).toBeVisible();
            await expectAccessible(page, `${place.name} (${language}, ${theme})`);
          });
        }
      });

      test('dialogs and display settings pass axe', async ({ page }) => {
        const frame = new Frame(page);
        await frame.open(`/connectors/${world.connector}`);
        await frame.content.locator('a.button-bad').click();
        await expect(page.getByRole('dialog')).toBeVisible();
        await expectAccessible(page, 'the question before deleting');

        await frame.open('/');
        await frame.display.locator('summary').click();
        await expectAccessible(page, 'the display settings');
      });
    });
  }
}
