// A page keeps still under its reader: nothing moves when it wakes up, nothing is taken away, and the focus is never lost.

import { layoutShift } from '../fixtures/layout';
import { expect, test } from '../fixtures/test';
import { ConnectorPage } from '../pages/connector';
import { ConnectorsPage } from '../pages/connectors';
import { Frame } from '../pages/frame';
import { WizardPage } from '../pages/wizard';
import { act } from '../stack/connect';
import { type World, makeWorld, places, removeWorld } from '../stack/places';

let world: World;
let draft: string;

test.beforeAll(async ({ browser }) => {
  world = await makeWorld('steady');
  draft = await WizardPage.draftIn(browser, 'jee');
});

test.afterAll(() => removeWorld(world));

test('every page has one title and leaves no level of headings out', async ({ page, watch }) => {
  const frame = new Frame(page);
  for (const place of places(world, draft)) {
    await test.step(place.name, async () => {
      if (place.status !== undefined) watch.expectAnswer(place.path, place.status);
      await frame.open(place.path);
      await expect(frame.heading).toHaveCount(1);
      const levels = await frame.content.locator('h1, h2, h3, h4').evaluateAll((all) => all.map((one) => Number(one.tagName[1])));
      const jumps = levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1);
      expect(jumps, `headings of ${place.name}: ${levels.join(' ')}`).toEqual([]);
    });
  }
});

test('nothing moves when a page wakes up', async ({ page, watch }) => {
  const frame = new Frame(page);
  for (const place of places(world, draft)) {
    await test.step(place.name, async () => {
      if (place.status !== undefined) watch.expectAnswer(place.path, place.status);
      await frame.open(place.path);
      await page.evaluate(() => document.fonts.ready);
      expect(await layoutShift(page), `what has moved on ${place.name}`).toBeLessThan(0.02);
    });
  }
});

test('a question stays open while news arrive, and the focus is on the title once it is answered', async ({ page }) => {
  const connector = new ConnectorPage(page);
  await connector.open(world.connector);
  await connector.expectVerdict('Healthy');

  await connector.action('Delete').click();
  await expect(connector.dialog).toBeVisible();
  await act(world.connector, 'pause');
  await connector.expectVerdict('Paused');
  await expect(connector.dialog).toBeVisible();
  await expect(connector.confirmation('Delete')).toBeEnabled();
  await connector.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(connector.dialog).toBeHidden();

  await connector.act('Resume');
  await connector.expectVerdict('Healthy');
  await expect(connector.frame.heading).toBeFocused();
});

test('after a link within the portal the focus is on the page, after a filter still on the filter', async ({ page }) => {
  const list = new ConnectorsPage(page);
  await list.frame.open('/');

  const paused = list.states.getByRole('link', { name: /^Paused/ });
  await paused.click();
  await expect(paused).toHaveAttribute('aria-current', 'true');
  await expect(paused).toBeFocused();

  await list.states.getByRole('link', { name: /^All/ }).click();
  await list.link(world.connector).click();
  await expect(list.frame.heading).toHaveText(world.connector);
  await expect(list.frame.content).toBeFocused();
});

test('what there is to copy is said before it is copied', async ({ page }) => {
  const wizard = new WizardPage(page);
  await wizard.frame.open(draft.replace(/step=[a-z]+/, 'step=when'));

  await expect(wizard.frame.content).toContainText(/About [\d,]+ documents, .+ in MongoDB/);
});

test('the moment to begin at is chosen as a date in the reader\'s zone', async ({ page, browser }) => {
  const wizard = new WizardPage(page);
  const own = await WizardPage.draftIn(browser, 'jee');
  await wizard.frame.open(own);

  await wizard.start(/moment in time/).check();
  await wizard.frame.content.getByRole('textbox', { name: 'Moment' }).fill('2026-01-02T03:04:05');
  await wizard.next.click();
  await wizard.expectStep('kafka');
  await wizard.frame.open(own.replace(/step=[a-z]+/, 'step=review'));

  await expect(wizard.frame.content).toContainText('startup.mode.timestamp.start.at.operation.time=2026-01-02T03:04:05Z');
});
