// One connector: its overview, its actions and the question before them, its configuration.

import type { Locator, Page } from '@playwright/test';

import { expect } from '../fixtures/test';
import { Frame } from './frame';

export type Action = 'Pause' | 'Resume' | 'Restart' | 'Stop' | 'Delete';

/** Actions that stop or remove something: a link to a question, which script shows as a dialog. */
const ASKED: readonly Action[] = ['Pause', 'Stop', 'Delete'];
// A stop drains what is in flight, a start opens a change stream.
const SETTLE_LIMIT_MS = 30_000;

export class ConnectorPage {
  readonly frame: Frame;
  readonly verdict: Locator;
  readonly dialog: Locator;

  constructor(readonly page: Page) {
    this.frame = new Frame(page);
    this.verdict = this.frame.content.locator('.page-heading .badge');
    this.dialog = page.getByRole('dialog');
  }

  async open(name: string): Promise<void> {
    await this.frame.open(`/connectors/${encodeURIComponent(name)}`);
  }

  /** Waits for the verdict beside the title. */
  async expectVerdict(words: string | RegExp): Promise<void> {
    await expect(this.verdict).toContainText(words, { timeout: SETTLE_LIMIT_MS });
  }

  /** What is pressed to ask for an action. */
  action(action: Action): Locator {
    return this.frame.content.getByRole(ASKED.includes(action) ? 'link' : 'button', { name: action, exact: true });
  }

  /** What is pressed to do it once it has been asked about. */
  confirmation(action: Action): Locator {
    return this.dialog.getByRole('button', { name: action, exact: true });
  }

  /** Presses an action, and its confirmation where it asks first. */
  async act(action: Action): Promise<void> {
    await this.action(action).click();
    if (ASKED.includes(action)) await this.confirmation(action).click();
  }

  /** The copy's row of one collection, `database.collection`. */
  copyRow(namespace: string): Locator {
    return this.section('Copy of what exists').getByRole('row').filter({ hasText: namespace });
  }

  /** What happened, as far as it says this. */
  events(words: string | RegExp): Locator {
    return this.section('What happened').getByRole('listitem').filter({ hasText: words });
  }

  /** The link to a topic that has received records. */
  topic(name: string): Locator {
    return this.section('Topics').getByRole('link', { name, exact: true });
  }

  private section(title: string): Locator {
    const heading = this.page.getByRole('heading', { level: 2, name: title, exact: true });
    return this.frame.content.locator('section').filter({ has: heading });
  }
}
