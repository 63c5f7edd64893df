// A pasted configuration: read whatever its notation, kept when it cannot be read, and never run as a page.

import { expect, test } from '../fixtures/test';
import { WizardPage } from '../pages/wizard';
import { environment } from '../stack/environment';

const HOSTILE = '{"a": </textarea><img src=x onerror=document.title="owned"><script>document.title="owned"</script>';

test('a configuration that tries to leave its field stays text and survives', async ({ page }) => {
  const wizard = new WizardPage(page);
  await wizard.open();
  await wizard.openPaste();
  await wizard.pasted.fill(HOSTILE);
  await wizard.import.click();

  await expect(wizard.pasteProblem).toBeVisible();
  await expect(wizard.pasted).toHaveValue(HOSTILE);
  await expect(page.locator('img[src="x"]')).toHaveCount(0);
  await expect(page).not.toHaveTitle('owned');
});

test('hostile values inside a readable configuration are shown as they are', async ({ page }) => {
  const wizard = new WizardPage(page);
  await wizard.open();
  await wizard.openPaste();
  await wizard.pasted.fill(
    JSON.stringify({ name: 'hostile', config: { 'connector.class': 'com.mongodb.kafka.connect.MongoSourceConnector', 'connection.uri': environment.mongodbUri, 'topic.prefix': HOSTILE, 'no.such.property': HOSTILE } }),
  );
  await wizard.import.click();
  await wizard.expectStep('review');

  await expect(wizard.frame.content).toContainText('onerror=document.title');
  await page.reload();
  await wizard.frame.awake();
  await expect(page.locator('img[src="x"]')).toHaveCount(0);
  await expect(page).not.toHaveTitle('owned');
});

for (const [notation, text] of [
  ['properties', 'name=pasted\nconnector.class=com.mongodb.kafka.connect.MongoSourceConnector\nconnection.uri=mongodb://db.example/\ndatabase=jee\ncopy.exisitng=true\n'],
  ['REST JSON', '{"name":"pasted","config":{"connector.class":"com.mongodb.kafka.connect.MongoSourceConnector","connection.uri":"mongodb://db.example/","database":"jee","copy.exisitng":"true"}}'],
  ['Strimzi YAML', 'apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaConnector\nmetadata:\n  name: pasted\nspec:\n  class: com.mongodb.kafka.connect.MongoSourceConnector\n  tasksMax: 1\n  config:\n    connection.uri: mongodb://db.example/\n    database: jee\n    copy.exisitng: true\n'],
] as const) {
  test(`${notation} becomes a draft, and a misspelt property is named with the one it may be meant to be`, async ({ page }) => {
    const wizard = new WizardPage(page);
    await wizard.open();
    await wizard.openPaste();
    await wizard.pasted.fill(text);
    await wizard.import.click();
    await wizard.expectStep('review');

    await expect(wizard.name).toHaveValue('pasted');
    await expect(wizard.frame.content).toContainText('copy.exisitng');
    await expect(wizard.frame.content).toContainText('copy.existing');
  });
}
