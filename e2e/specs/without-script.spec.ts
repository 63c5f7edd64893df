// JavaScript off: every page is complete as the server sends it, and what asks first asks on a page of its own.

import { expect, test } from '../fixtures/test';
import { ConnectorPage } from '../pages/connector';
import { ConnectorsPage } from '../pages/connectors';
import { createConnector, deleteConnector } from '../stack/connect';
import { environment } from '../stack/environment';
import { ownDatabase, withMongo } from '../stack/mongodb';

test.use({ javaScriptEnabled: false });

test('a connector is found, read, paused, resumed and deleted without script', async ({ page }) => {
  const name = `plain-${environment.run}`;
  const database = ownDatabase('plain');
  await withMongo((client) => client.db(database).collection('items').insertOne({ note: 'one' }));
  await createConnector(name, { database, 'startup.mode': 'copy_existing' });
  const [list, connector] = [new ConnectorsPage(page), new ConnectorPage(page)];

  await test.step('list, overview and configuration', async () => {
    await page.goto('/');
    await list.search.fill(name);
    await list.frame.content.getByRole('button', { name: 'Search' }).click();
    await expect(page).toHaveURL(new RegExp(`search=${name}`));
    await list.link(name).click();
    await expect(list.frame.heading).toHaveText(name);
    await page.getByRole('link', { name: 'Configuration' }).click();
    await expect(list.frame.content).toContainText('copy_existing');
    await expect(list.frame.content).not.toContainText('mongodb://127.0.0.1');
  });

  await test.step('pause and resume', async () => {
    await page.goto(`/connectors/${name}`);
    await connector.action('Pause').click();
    await expect(list.frame.heading).toHaveText(`Pause ${name}?`);
    await list.frame.content.getByRole('button', { name: 'Pause' }).click();
    await expect(list.frame.heading).toHaveText(name);
    await expectAfterReloads(connector, 'Paused');
    await connector.action('Resume').click();
    await expectAfterReloads(connector, 'Healthy');
  });

  await test.step('delete', async () => {
    await connector.action('Delete').click();
    await list.frame.content.getByRole('button', { name: 'Delete' }).click();
    await expect(list.frame.content.getByRole('status')).toContainText(name);
    await expect(list.link(name)).toHaveCount(0);
  });

  await deleteConnector(name);
});

async function expectAfterReloads(connector: ConnectorPage, verdict: string): Promise<void> {
  await expect(async () => {
    await connector.page.reload();
    await expect(connector.verdict).toContainText(verdict, { timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
}
