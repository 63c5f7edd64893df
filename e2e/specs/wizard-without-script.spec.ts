// The main job with JavaScript off: every step is a form, every page is complete as the server sends it.

import { expect, test } from '../fixtures/test';
import { ConnectorPage } from '../pages/connector';
import { ConnectorsPage } from '../pages/connectors';
import { RecordsPage, TopicsPage } from '../pages/topics';
import { WizardPage } from '../pages/wizard';
import { deleteConnector } from '../stack/connect';
import { environment } from '../stack/environment';
import { waitForRecords } from '../stack/portal';

test.use({ javaScriptEnabled: false });

test('a connector is made, looked at, paused and deleted without script', async ({ page }) => {
  const name = `jee-plain-${environment.run}`;
  const topic = `plain-${environment.run}.jee.patients`;
  const wizard = new WizardPage(page);
  const list = new ConnectorsPage(page);

  await test.step('MongoDB: the checks have all ended when the page comes', async () => {
    await page.goto('/');
    await list.newConnector.click();
    await wizard.uri.fill(environment.mongodbUri);
    await wizard.check.click();
    await wizard.expectSound();
    await wizard.next.click();
  });

  await test.step('What', async () => {
    await wizard.expectStep('what');
    await wizard.database('jee').check();
    await wizard.showCollections.click();
    await expect(wizard.database('jee')).toBeChecked();
    await wizard.collection('patients').check();
    await wizard.next.click();
  });

  await test.step('From when', async () => {
    await wizard.expectStep('when');
    await wizard.start(/Copy what exists/).check();
    await wizard.next.click();
  });

  await test.step('Into Kafka: the outcome is redrawn by the server', async () => {
    await wizard.expectStep('kafka');
    await wizard.prefix.fill(`plain-${environment.run}`);
    await wizard.showOutcome.click();
    await expect(wizard.outcomeOf('jee.patients').first()).toContainText(topic);
    await expect(wizard.prefix).toHaveValue(`plain-${environment.run}`);
    await wizard.next.click();
  });

  await test.step('Review', async () => {
    await wizard.expectStep('review');
    await wizard.name.fill(name);
    await wizard.create.click();
    await expect(page).toHaveURL(new RegExp(`/connectors/${name}`));
    await waitForRecords(topic, 1);
  });

  await test.step('list, detail, configuration, topics and the newest records are complete', async () => {
    await page.goto('/');
    await list.link(name).click();
    await expect(list.frame.heading).toContainText(name);
    await page.getByRole('link', { name: 'Configuration' }).click();
    await expect(list.frame.content).toContainText('startup.mode');
    const topics = new TopicsPage(page);
    await page.goto('/topics');
    await topics.search.fill(topic);
    await topics.frame.content.getByRole('button', { name: 'Search' }).click();
    await topics.link(topic).click();
    await expect(new RecordsPage(page).rows.first()).toContainText('_id');
  });

  await test.step('pause and delete ask on a page of their own', async () => {
    const connector = new ConnectorPage(page);
    await page.goto(`/connectors/${name}`);
    await connector.action('Pause').click();
    await expect(list.frame.content).toContainText(`Pause ${name}?`);
    await list.frame.content.getByRole('button', { name: 'Pause' }).click();
    await expect(list.frame.heading).toContainText(name);
    await expect(list.frame.heading).not.toContainText('?');
    await expect(async () => {
      await page.reload();
      await expect(connector.verdict).toContainText('Paused', { timeout: 1_000 });
    }).toPass();
    await connector.action('Delete').click();
    await list.frame.content.getByRole('button', { name: 'Delete' }).click();
    await expect(list.frame.content.getByRole('status')).toContainText(name);
    await expect(list.link(name)).toHaveCount(0);
  });

  await deleteConnector(name);
});
