// Step 1 of the wizard: a connection is proved by named checks, each with its reason and what to do, before anything is made.

import { readFileSync } from 'node:fs';

import { expect, test } from '../fixtures/test';
import { WizardPage } from '../pages/wizard';
import { environment } from '../stack/environment';
import { type FaultyMongo, startFaultyMongo } from '../stack/faulty-mongodb';

const PASSWORD = 'canary-9f2c-Pa%24%24w0rd';
const PLAIN_PASSWORD = 'canary-9f2c-Pa$$w0rd';

test('every check of a sound connection appears by name, and an edit drops the verdict', async ({ page }) => {
  const wizard = new WizardPage(page);
  await wizard.open();
  await wizard.uri.fill(environment.mongodbUri);
  await wizard.check.click();

  await wizard.expectSound();
  for (const name of ['DNS', 'Reachable', 'Sign-in', 'Replica set', 'Change stream', 'Oplog', 'Kafka']) {
    await expect(wizard.checkNamed(name).first()).toBeVisible();
  }
  await expect(wizard.checkNamed('Change stream')).toContainText('passed');

  await wizard.uri.press('End');
  await wizard.uri.pressSequentially('x');
  await expect(wizard.verdict).toBeHidden();
});

test('a wrong password is the sign-in check, and is told to nobody', async ({ page }) => {
  const mongo = await startFaultyMongo('refuses-sign-in');
  try {
    const wizard = new WizardPage(page);
    await wizard.open();
    await wizard.uri.fill(`mongodb://kim:${PASSWORD}@${mongo.address}/?replicaSet=rs0`);
    await wizard.check.click();

    await wizard.expectFailed('Sign-in');
    await expect(wizard.checkNamed('Sign-in')).toContainText('What to do');
    await expect(wizard.checkNamed('Change stream')).toContainText('not tried');

    await page.reload();
    await wizard.frame.awake();
    const kept = await page.evaluate(() => {
      const fields = [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value);
      return [document.documentElement.outerHTML, location.href, ...fields, JSON.stringify({ ...localStorage, ...sessionStorage })].join('\n');
    });
    expectSecretless(kept, 'the page');
    if (environment.logFile !== undefined) expectSecretless(readFileSync(environment.logFile, 'utf8'), 'the log');
  } finally {
    await mongo.close();
  }
});

test('a standalone server is the topology check, with the way out', async ({ page }) => {
  await withFaulty('standalone', async (mongo) => {
    const wizard = new WizardPage(page);
    await wizard.open();
    await wizard.uri.fill(`mongodb://${mongo.address}/?directConnection=true`);
    await wizard.check.click();

    await wizard.expectFailed('Replica set');
    await expect(wizard.checkNamed('Replica set')).toContainText('a standalone server has no changes to follow');
    await expect(wizard.checkNamed('Replica set')).toContainText('Make the server a replica set.');
  });
});

test('a host where nothing listens is the reachability check', async ({ page }) => {
  const closed = await startFaultyMongo('standalone');
  await closed.close();
  const wizard = new WizardPage(page);
  await wizard.open();
  await wizard.uri.fill(`mongodb://${closed.address}/?replicaSet=rs0`);
  await wizard.check.click();

  await wizard.expectFailed('Reachable');
  await expect(wizard.checkNamed('Reachable')).toContainText(closed.address);
});

test('a name that does not resolve is the DNS check', async ({ page }) => {
  const wizard = new WizardPage(page);
  await wizard.open();
  await wizard.uri.fill('mongodb://nowhere.invalid:27017/?replicaSet=rs0');
  await wizard.check.click();

  await wizard.expectFailed('DNS');
  await expect(wizard.checkNamed('DNS')).toContainText('nowhere.invalid');
});

test('a line of an .env file is understood, and its password moves out of sight', async ({ page }) => {
  const wizard = new WizardPage(page);
  await wizard.open();
  await wizard.uri.fill(`export MONGODB_URI="mongodb://kim:${PASSWORD}@db.example:27018/?replicaSet=rs0"`);
  await wizard.next.click();
  await wizard.expectStep('what');
  await wizard.back.click();

  await expect(wizard.uri).toHaveValue('mongodb://kim@db.example:27018/?replicaSet=rs0');
  await expect(wizard.password).toHaveValue('');
});

test('a fault in the connection string is pointed at by its position', async ({ page }) => {
  const wizard = new WizardPage(page);
  await wizard.open();
  await wizard.uri.fill('mongodb://kim:p%zz@db.example/');
  await wizard.next.click();

  await expect(wizard.uri).toHaveAttribute('aria-invalid', 'true');
  await expect(wizard.uri).toHaveAccessibleDescription(/At character \d+: % needs two hexadecimal digits/);
  await wizard.expectStep('mongodb');
});

async function withFaulty(fault: 'standalone' | 'refuses-sign-in', act: (mongo: FaultyMongo) => Promise<void>): Promise<void> {
  const mongo = await startFaultyMongo(fault);
  try {
    await act(mongo);
  } finally {
    await mongo.close();
  }
}

function expectSecretless(text: string, where: string): void {
  for (const secret of [PASSWORD, PLAIN_PASSWORD, 'canary-9f2c']) {
    expect(text.includes(secret), `the password in ${where}`).toBe(false);
  }
}
