// The list of topics, and the records of one.

import type { Locator, Page } from '@playwright/test';

import { Frame } from './frame';

export class TopicsPage {
  readonly frame: Frame;
  readonly search: Locator;
  readonly table: Locator;

  constructor(page: Page) {
    this.frame = new Frame(page);
    this.search = this.frame.content.getByRole('searchbox');
    this.table = this.frame.content.getByRole('table');
  }

  link(topic: string): Locator {
    return this.table.getByRole('link', { name: topic, exact: true });
  }

  row(topic: string): Locator {
    return this.table.getByRole('row').filter({ has: this.frame.page.getByRole('link', { name: topic, exact: true }) });
  }
}

/** How far back reading begins, with what that needs. */
export type Start = 'newest' | 'beginning' | 'live' | { offset: number } | { time: Date };

export class RecordsPage {
  readonly frame: Frame;
  readonly rows: Locator;
  readonly live: Locator;
  readonly value: Locator;

  constructor(readonly page: Page) {
    this.frame = new Frame(page);
    const content = this.frame.content;
    this.rows = content.getByRole('row').filter({ has: page.getByRole('rowheader') });
    this.live = content.getByRole('status').filter({ hasText: /./ });
    this.value = content.locator('section').filter({ has: page.getByRole('heading', { name: 'Value', exact: true }) });
  }

  /** Fills the form as a reader does and sends it. */
  async readFrom(start: Start, partition?: number): Promise<void> {
    const content = this.frame.content;
    const from = content.getByRole('combobox', { name: 'Start' });
    if (typeof start === 'string') {
      await from.selectOption(start);
    } else if ('offset' in start) {
      await from.selectOption('offset');
      await content.getByRole('spinbutton', { name: 'Offset' }).fill(String(start.offset));
    } else {
      await from.selectOption('time');
      await content.getByLabel('Time (UTC)').fill(start.time.toISOString().slice(0, 19));
    }
    await content.getByRole('spinbutton', { name: 'Partition' }).fill(partition === undefined ? '' : String(partition));
    await content.getByRole('button', { name: 'Show', exact: true }).click();
  }

  /** The row of one record. */
  row(partition: number, offset: number): Locator {
    return this.rows.filter({ has: this.permalink(partition, offset) });
  }

  /** The link to a record's own page. */
  permalink(partition: number, offset: number): Locator {
    return this.page.getByRole('link', { name: `Record ${offset} of partition ${partition}`, exact: true });
  }

  /** A field in the tree of a record's value. */
  field(name: string): Locator {
    return this.value.getByRole('listitem').filter({ has: this.page.getByText(name, { exact: true }) }).last();
  }
}
