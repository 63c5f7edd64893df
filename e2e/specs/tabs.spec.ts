// Two tabs of one reader: both tell the truth, and neither spoils the other's work.

import { expect, test } from '../fixtures/test';
import { ConnectorPage } from '../pages/connector';
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
