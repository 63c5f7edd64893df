// The main job without a mouse: every step of the wizard by Tab, arrows, Space and Enter alone.

import { press, tabTo, typeInto, chooseRadio } from '../fixtures/keyboard';
import { expect, test } from '../fixtures/test';
import { ConnectorPage } from '../pages/connector';
import { ConnectorsPage } from '../pages/connectors';
import { WizardPage } from '../pages/wizard';
import { deleteConnector } from '../stack/connect';
import { environment } from '../stack/environment';
import { waitForRecords } from '../stack/portal';

test('a connector is made, paused and deleted by keyboard alone', async ({ page }) => {
  const name = `jee-keys-${environment.run}`;
  const wizard = new WizardPage(page);
  const connector = new ConnectorPage(page);
  const list = new ConnectorsPage(page);

  await test.step('MongoDB', async () => {
    await list.frame.open('/');
    await press(page, list.newConnector);
    await typeInto(page, wizard.uri, environment.mongodbUri);
    await press(page, wizard.check);
    await wizard.expectSound();
    await press(page, wizard.next);
  });

  await test.step('What: one collection, and the focus is on the new step', async () => {
    await wizard.expectStep('what');
    await expect(wizard.stepHeading).toBeFocused();
    await typeInto(page, wizard.searchDatabase, 'jee');
    await chooseRadio(page, wizard.database('jee'), wizard.databases);
    await tabTo(page, wizard.collection('patients'));
    await page.keyboard.press('Space');
    await expect(wizard.collection('patients')).toBeChecked();
    await press(page, wizard.next);
  });

  await test.step('From when', async () => {
    await wizard.expectStep('when');
    await expect(wizard.stepHeading).toBeFocused();
    await chooseRadio(page, wizard.start(/Copy what exists/), wizard.starts);
    await press(page, wizard.next);
  });

  await test.step('Into Kafka: a prefix changes what will come out', async () => {
    await wizard.expectStep('kafka');
    await typeInto(page, wizard.prefix, `keys-${environment.run}`);
    await expect(wizard.outcomeOf('jee.patients').first()).toContainText(`keys-${environment.run}.jee.patients`);
    await press(page, wizard.next);
  });

  await test.step('Review', async () => {
    await wizard.expectStep('review');
    await typeInto(page, wizard.name, name);
    await press(page, wizard.create);
    await connector.expectVerdict('Healthy');
    await waitForRecords(`keys-${environment.run}.jee.patients`, 1);
  });

  await test.step('Pause, then delete: the dialog takes the focus and gives it back', async () => {
    await press(page, connector.action('Pause'));
    await expect(connector.dialog).toBeVisible();
    await press(page, connector.confirmation('Pause'));
    await connector.expectVerdict('Paused');
    await press(page, connector.action('Delete'));
    await press(page, connector.confirmation('Delete'));
    await expect(list.frame.heading).toHaveText('Connectors');
    await expect(list.link(name)).toHaveCount(0);
  });

  await deleteConnector(name);
});
