// The main job by mouse: the database `jee` is copied and followed into `jee.patients`, and the documents are seen there.

import { expect, test } from '../fixtures/test';
import { ConnectorPage } from '../pages/connector';
import { ConnectorsPage } from '../pages/connectors';
import { RecordsPage } from '../pages/topics';
import { WizardPage } from '../pages/wizard';
import { connectorConfig, deleteConnector } from '../stack/connect';
import { environment } from '../stack/environment';
import { withMongo } from '../stack/mongodb';

test('a database is set up in five steps and its documents arrive in Kafka', async ({ page }) => {
  const name = `jee-mouse-${environment.run}`;
  const wizard = new WizardPage(page);

  await test.step('MongoDB: the connection is proved', async () => {
    const list = new ConnectorsPage(page);
    await list.frame.open('/');
    await list.newConnector.click();
    await wizard.uri.fill(environment.mongodbUri);
    await wizard.check.click();
    await wizard.expectSound();
    await wizard.next.click();
  });

  await test.step('What: the database is found and its collections are counted', async () => {
    await wizard.expectStep('what');
    await wizard.searchDatabase.fill('jee');
    await wizard.database('jee').check();
    await expect(wizard.collection('patients')).toBeVisible();
    await expect(wizard.collectionRow('patients')).toContainText(/about [\d,]+ documents/);
    await wizard.next.click();
  });

  await test.step('From when: what exists is copied first', async () => {
    await wizard.expectStep('when');
    await wizard.start(/Copy what exists/).check();
    await wizard.next.click();
  });

  await test.step('Into Kafka: the exact records are seen before anything is written', async () => {
    await wizard.expectStep('kafka');
    const row = wizard.outcomeOf('jee.patients').first();
    await expect(row).toContainText('jee.patients');
    await expect(row).toContainText('_id');
    await wizard.next.click();
  });

  await test.step('Review: created, and observed running', async () => {
    await wizard.expectStep('review');
    await wizard.name.fill(name);
    await wizard.create.click();
    const connector = new ConnectorPage(page);
    await expect(page).toHaveURL(new RegExp(`/connectors/${name}`));
    await connector.expectVerdict('Healthy');
    await expect(connector.copyRow('jee.patients')).toContainText('done');
  });

  await test.step('the same configuration is what Kafka Connect would have been given', async () => {
    const config = await connectorConfig(name);
    expect(config).toMatchObject({ 'connection.uri': environment.mongodbUri, database: 'jee' });
    expect(config['connector.class']).toMatch(/MongoSourceConnector$/);
  });

  await test.step('a document of jee.patients is seen in the topic jee.patients', async () => {
    const marker = `seen by mouse ${environment.run}`;
    await withMongo((client) => client.db('jee').collection('patients').insertOne({ note: marker }));
    const connector = new ConnectorPage(page);
    await connector.topic('jee.patients').click();
    const records = new RecordsPage(page);
    await expect(async () => {
      await page.reload();
      await expect(records.rows.filter({ hasText: marker })).toBeVisible({ timeout: 2_000 });
    }).toPass();
  });

  await deleteConnector(name);
});
