// The five steps in which a connector is made.

import type { Browser, Locator, Page } from '@playwright/test';

import { expect, portalUrl } from '../fixtures/test';
import { environment } from '../stack/environment';
import { Frame } from './frame';

/** The steps by the word they have in URLs. */
export type Step = 'mongodb' | 'what' | 'when' | 'kafka' | 'review';

const TITLES: Record<Step, string> = {
  mongodb: 'Where is MongoDB?',
  what: 'What shall be moved?',
  when: 'From which moment?',
  kafka: 'How shall it look in Kafka?',
  review: 'Is this right?',
};
// Ten checks, each with a limit of its own.
const CHECKS_LIMIT_MS = 40_000;

export class WizardPage {
  readonly frame: Frame;
  readonly stepHeading: Locator;
  readonly uri: Locator;
  readonly password: Locator;
  readonly check: Locator;
  readonly checks: Locator;
  readonly verdict: Locator;
  readonly next: Locator;
  readonly back: Locator;
  readonly searchDatabase: Locator;
  readonly databases: Locator;
  readonly showCollections: Locator;
  readonly starts: Locator;
  readonly prefix: Locator;
  readonly outcome: Locator;
  readonly showOutcome: Locator;
  readonly name: Locator;
  readonly create: Locator;
  readonly paste: Locator;
  readonly pasted: Locator;
  readonly import: Locator;
  readonly pasteProblem: Locator;

  constructor(readonly page: Page) {
    this.frame = new Frame(page);
    const content = this.frame.content;
    this.stepHeading = content.locator('#step-heading');
    this.uri = content.getByRole('textbox', { name: 'Connection string' });
    this.password = content.getByLabel('Password', { exact: true });
    this.check = content.getByRole('button', { name: 'Check connection' });
    this.checks = content.getByRole('list', { name: 'Checks' });
    this.verdict = content.locator('.checks-verdict');
    this.next = content.getByRole('button', { name: 'Next' });
    this.back = content.getByRole('link', { name: 'Back' });
    this.searchDatabase = content.getByRole('searchbox', { name: 'Search databases and collections' });
    this.databases = content.getByRole('radiogroup', { name: 'Databases' }).getByRole('radio');
    this.showCollections = content.getByRole('button', { name: 'Show collections' });
    this.starts = content.getByRole('radiogroup', { name: 'From which moment?' }).getByRole('radio');
    this.prefix = content.getByRole('textbox', { name: 'Topic prefix' });
    this.outcome = content.getByRole('region', { name: 'What comes out' });
    this.showOutcome = content.getByRole('button', { name: 'Show what comes out' });
    this.name = content.getByRole('textbox', { name: 'Name', exact: true });
    this.create = content.getByRole('button', { name: 'Create', exact: true });
    this.paste = content.locator('details').filter({ hasText: 'I have a configuration already' });
    this.pasted = this.paste.getByRole('textbox', { name: 'Configuration' });
    this.import = this.paste.getByRole('button', { name: 'Read it' });
    this.pasteProblem = this.paste.getByRole('alert');
  }

  /** Begins a draft. */
  async open(): Promise<void> {
    await this.frame.open('/connectors/new');
    await expect(this.uri).toBeVisible();
  }

  async openPaste(): Promise<void> {
    await this.paste.locator('summary').click();
  }

  /** Waits until a step is the one on the page. */
  async expectStep(step: Step): Promise<void> {
    await expect(this.stepHeading).toHaveText(TITLES[step]);
  }

  /** Waits for the verdict over all checks: none has failed. */
  async expectSound(): Promise<void> {
    await expect(this.verdict).toContainText(/passed/i, { timeout: CHECKS_LIMIT_MS });
  }

  /** Waits until the checks have ended in a failure. */
  async expectFailed(check: string | RegExp): Promise<void> {
    await expect(this.verdict).toContainText(/failed/, { timeout: CHECKS_LIMIT_MS });
    await expect(this.checkNamed(check)).toContainText('failed');
  }

  /** One check by its name. */
  checkNamed(name: string | RegExp): Locator {
    return this.checks.getByRole('listitem').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  database(name: string): Locator {
    return this.frame.content.getByRole('radio', { name, exact: true });
  }

  collection(name: string): Locator {
    return this.frame.content.getByRole('checkbox', { name, exact: true });
  }

  collectionRow(name: string): Locator {
    return this.frame.content.getByRole('listitem').filter({ has: this.frame.page.getByRole('checkbox', { name, exact: true }) });
  }

  start(name: string | RegExp): Locator {
    return this.frame.content.getByRole('radio', { name });
  }

  /** Rows of what comes out of one collection. */
  outcomeOf(namespace: string): Locator {
    const header = this.page.getByRole('rowheader', { name: namespace });
    return this.outcome.getByRole('row').filter({ has: header });
  }

  /** Makes a draft over one database of the test's MongoDB and returns its path, at some step. */
  static async draftIn(browser: Browser, database: string): Promise<string> {
    const context = await browser.newContext({ baseURL: portalUrl(), locale: 'en-GB' });
    try {
      const wizard = new WizardPage(await context.newPage());
      await wizard.open();
      await wizard.uri.fill(environment.mongodbUri);
      await wizard.next.click();
      await wizard.expectStep('what');
      await wizard.database(database).check();
      await wizard.next.click();
      await wizard.expectStep('when');
      const url = new URL(wizard.page.url());
      return url.pathname + url.search;
    } finally {
      await context.close();
    }
  }
}
