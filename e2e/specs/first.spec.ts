// A server on which nothing has been made yet. Runs before everything else.

import { expectAccessible } from '../fixtures/accessibility';
import { LANGUAGES, THEMES, expect, test } from '../fixtures/test';
import { ConnectorsPage } from '../pages/connectors';
import { connectorNames } from '../stack/connect';

test('an empty list says what to do first, and a click does it', async ({ page }) => {
  test.skip((await connectorNames()).length > 0, 'the given server has connectors already');
  const list = new ConnectorsPage(page);
  await list.frame.open('/');

  await expect(list.frame.content).toContainText('No connector yet');
  await list.newConnector.click();
  await expect(list.frame.heading).toHaveText('New connector');
});

for (const language of LANGUAGES) {
  for (const theme of THEMES) {
    test.describe(`in ${language}, ${theme}`, () => {
      test.use({ language, theme });

      test('the empty list passes axe', async ({ page }) => {
        const list = new ConnectorsPage(page);
        await list.frame.open('/');
        await expectAccessible(page, 'the empty list');
      });
    });
  }
}
