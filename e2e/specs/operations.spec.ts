// Pause, resume, stop, restart and delete: asked first where something stops, and shown as done only once it is so.

import { expect, test } from '../fixtures/test';
import { ConnectorPage } from '../pages/connector';
import { ConnectorsPage } from '../pages/connectors';
import { connectorNames, connectorState, createConnector, deleteConnector } from '../stack/connect';
import { environment } from '../stack/environment';
import { ownDatabase, withMongo } from '../stack/mongodb';

test.describe.configure({ mode: 'serial' });

let name: string;

test.beforeAll(async () => {
  name = `operations-${environment.run}`;
  const database = ownDatabase('operations');
  await withMongo((client) => client.db(database).collection('items').insertMany([{ note: 'first' }, { note: 'second' }]));
  await createConnector(name, { database, 'startup.mode': 'copy_existing' });
});

test.afterAll(() => deleteConnector(name));

test('a connector is paused after a question that says what it means, and resumed', async ({ page }) => {
  const connector = new ConnectorPage(page);
  await connector.open(name);
  await connector.expectVerdict('Healthy');

  await connector.action('Pause').click();
  await expect(connector.dialog).toBeVisible();
  await expect(connector.dialog).toContainText(`Pause ${name}?`);
  await expect(connector.dialog).toContainText(/safe to pause|do not pause for longer/);
  await connector.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(connector.dialog).toBeHidden();
  await expect(connector.action('Pause')).toBeFocused();

  await connector.act('Pause');
  await connector.expectVerdict('Paused');
  expect(await connectorState(name)).toBe('PAUSED');
  await expect(connector.action('Pause')).toBeHidden();

  await connector.act('Resume');
  await connector.expectVerdict('Healthy');
  expect(await connectorState(name)).toBe('RUNNING');
});

test('a dialog is left by Escape and nothing has happened', async ({ page }) => {
  const connector = new ConnectorPage(page);
  await connector.open(name);

  await connector.action('Stop').click();
  await expect(connector.dialog).toBeVisible();
  await page.keyboard.press('Escape');

  await expect(connector.dialog).toBeHidden();
  await expect(connector.action('Stop')).toBeFocused();
  expect(await connectorState(name)).toBe('RUNNING');
});

test('a connector is stopped, loses its tasks, and starts again', async ({ page }) => {
  const connector = new ConnectorPage(page);
  await connector.open(name);

  await connector.act('Stop');
  await connector.expectVerdict('Stopped');
  expect(await connectorState(name)).toBe('STOPPED');

  await connector.act('Resume');
  await connector.expectVerdict('Healthy');
});

test('a connector is restarted and the page says when that has happened', async ({ page }) => {
  const connector = new ConnectorPage(page);
  await connector.open(name);
  await connector.expectVerdict('Healthy');
  const before = await connector.events('The change stream is open').count();

  await connector.act('Restart');

  await expect(async () => expect(await connector.events('The change stream is open').count()).toBeGreaterThan(before)).toPass();
  await connector.expectVerdict('Healthy');
});

test('a connector is deleted after a question that says what stays', async ({ page, watch }) => {
  const connector = new ConnectorPage(page);
  await connector.open(name);

  await connector.action('Delete').click();
  await expect(connector.dialog).toContainText('Topics and their records stay');
  await connector.confirmation('Delete').click();

  const list = new ConnectorsPage(page);
  await expect(list.frame.heading).toHaveText('Connectors');
  await expect(list.frame.content.getByRole('status')).toContainText(name);
  await expect(list.link(name)).toHaveCount(0);
  expect(await connectorNames()).not.toContain(name);

  await list.frame.open(`/topics/${ownDatabase('operations')}.items`);
  await expect(list.frame.content.getByRole('table').first()).toBeVisible();

  watch.expectAnswer(`/connectors/${name}`, 404);
  expect((await page.goto(`/connectors/${name}`))?.status()).toBe(404);
});
