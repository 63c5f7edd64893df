// The list of connectors.

import type { Locator, Page } from '@playwright/test';

import { Frame } from './frame';

export class ConnectorsPage {
  readonly frame: Frame;
  readonly newConnector: Locator;
  readonly search: Locator;
  readonly states: Locator;
  readonly table: Locator;

  constructor(page: Page) {
    this.frame = new Frame(page);
    const content = this.frame.content;
    this.newConnector = content.getByRole('link', { name: 'New connector' }).first();
    this.search = content.getByRole('searchbox', { name: 'Search by name' });
    this.states = content.getByRole('navigation', { name: 'State' });
    this.table = content.getByRole('table');
  }

  /** The row of one connector. */
  row(name: string): Locator {
    return this.table.getByRole('row').filter({ has: this.link(name) });
  }

  /** The link to one connector's overview. */
  link(name: string): Locator {
    return this.frame.page.getByRole('rowheader').getByRole('link', { name, exact: true });
  }
}
