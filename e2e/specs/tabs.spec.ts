// Two tabs of one reader: both tell the truth, and neither spoils the other's work.

import { expect, test } from '../fixtures/test';
import { ConnectorPage } from '../pages/connector';
import { WizardPage } from '../pages/wizard';
import { createConnector, deleteConnector } from '../stack/connect';
import { environment } from '../stack/environment';
import { ownDatabase, withMongo } from '../stack/mongodb';

test('what is done in one tab shows in the other without a reload', async ({ page, context }) => {
  const name = `tabs-${environment.run}`;
  const database = ownDatabase('tabs');
  await withMongo((client) => client.db(database).collection('items').insertOne({ note: 'one' }));
  await createConnector(name, { database });
  try {
    const [first, second] = [new ConnectorPage(page), new ConnectorPage(await context.newPage())];
    await first.open(name);
    await second.open(name);
    await first.expectVerdict('Healthy');

    await second.act('Pause');
    await second.expectVerdict('Paused');

    await first.page.bringToFront();
    await first.expectVerdict('Paused');
    await expect(first.action('Resume')).toBeVisible();
  } finally {
    await deleteConnector(name);
  }
});

test('two wizards are two drafts', async ({ page, context }) => {
  const [first, second] = [new WizardPage(page), new WizardPage(await context.newPage())];
  await first.open();
  await first.uri.fill('mongodb://127.0.0.1:9/?replicaSet=first');
  await first.next.click();
  await first.expectStep('what');
  await second.open();

  await expect(second.uri).toHaveValue('');
  await second.uri.fill('mongodb://127.0.0.1:9/?replicaSet=second');
  await second.next.click();
  await second.expectStep('what');

  await first.page.bringToFront();
  await first.back.click();
  await expect(first.uri).toHaveValue('mongodb://127.0.0.1:9/?replicaSet=first');
});

test('of two windows over one draft the later one is told, and overwrites nothing', async ({ page, context, browser, watch }) => {
  const path = (await WizardPage.draftIn(browser, 'jee')).replace(/step=[a-z]+/, 'step=kafka');
  const [first, second] = [new WizardPage(page), new WizardPage(await context.newPage())];
  await first.frame.open(path);
  await second.frame.open(path);
  watch.expectAnswer('/ui/drafts/target', 409);

  await first.prefix.fill('first');
  await expect(first.outcomeOf('jee.patients').first()).toContainText('first.jee.patients');
  await second.prefix.fill('second');

  const told = second.frame.content.getByRole('alert');
  await expect(told).toContainText('changed in another window');
  await told.getByRole('link', { name: 'Show the newest' }).click();
  await second.frame.awake();
  await expect(second.prefix).toHaveValue('first');
  await second.prefix.fill('second');
  await expect(second.outcomeOf('jee.patients').first()).toContainText('second.jee.patients');
});
