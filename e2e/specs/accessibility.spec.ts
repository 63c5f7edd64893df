// axe on every page, in both languages and both themes, and in the states that only a click brings.

import { expectAccessible } from '../fixtures/accessibility';
import { LANGUAGES, THEMES, expect, test } from '../fixtures/test';
import { Frame } from '../pages/frame';
import { WizardPage } from '../pages/wizard';
import { type World, makeWorld, places, removeWorld } from '../stack/places';

let world: World;
let draft: string;

test.use({ contextOptions: { reducedMotion: 'reduce' } });

test.beforeAll(async ({ browser }) => {
  world = await makeWorld('axe');
  draft = await WizardPage.draftIn(browser, 'jee');
});

test.afterAll(() => removeWorld(world));

for (const language of LANGUAGES) {
  for (const theme of THEMES) {
    test.describe(`in ${language}, ${theme}`, () => {
      test.use({ language, theme });

      test('every page passes axe', async ({ page, watch }) => {
        test.setTimeout(180_000);
        const frame = new Frame(page);
        for (const place of places(world, draft)) {
          await test.step(place.name, async () => {
            if (place.status !== undefined) watch.expectAnswer(place.path, place.status);
            await frame.open(place.path);
            await expect(frame.heading).toBeVisible();
            await expectAccessible(page, `${place.name} (${language}, ${theme})`);
          });
        }
      });

      test('dialogs, display settings, failed checks and faults pass axe', async ({ page }) => {
        test.setTimeout(120_000);
        const frame = new Frame(page);
        await frame.open(`/connectors/${world.connector}`);
        await frame.content.locator('a.button-bad').click();
        await expect(page.getByRole('dialog')).toBeVisible();
        await expectAccessible(page, 'the question before deleting');

        await frame.open('/');
        await frame.display.locator('summary').click();
        await expectAccessible(page, 'the display settings');

        // Of any language, so by the fields' own names.
        await frame.open(draft.replace(/step=[a-z]+/, 'step=mongodb'));
        await page.locator('#uri').fill('mongodb://127.0.0.1:9/?replicaSet=rs0');
        await page.locator('button[value="check"]').click();
        await expect(page.locator('.checks-verdict .badge-bad')).toBeVisible({ timeout: 40_000 });
        await expectAccessible(page, 'checks that failed');

        await page.locator('#uri').fill('mongodb://kim:p%zz@db.example/');
        await page.locator('#uri').blur();
        await expect(page.locator('#uri')).toHaveAttribute('aria-invalid', 'true');
        await expectAccessible(page, 'a fault in the connection string');
      });
    });
  }
}
