// The frame around every page, and how a page is opened and known to be alive.

import type { Locator, Page } from '@playwright/test';

import { expect } from '../fixtures/test';

export class Frame {
  readonly skipLink: Locator;
  readonly content: Locator;
  readonly heading: Locator;
  readonly places: Locator;
  readonly display: Locator;

  constructor(readonly page: Page) {
    this.skipLink = page.getByRole('link', { name: /^(Skip to content|본문으로 건너뛰기)$/ });
    this.content = page.getByRole('main');
    this.heading = this.content.getByRole('heading', { level: 1 });
    this.places = page.getByRole('navigation', { name: /^(Main|주 메뉴)$/ });
    this.display = page.getByRole('banner').getByRole('group');
  }

  /** Goes to a path and waits until the page reacts. */
  async open(path: string): Promise<void> {
    await this.page.goto(path);
    await this.awake();
  }

  /** Waits until the browser has taken over what the server rendered. */
  async awake(): Promise<void> {
    await expect(this.page.locator('html[data-awake]')).toBeAttached();
  }

  /** Opens the display settings and sends what is given. */
  async choose(settings: { language?: string; theme?: string; zone?: string }): Promise<void> {
    await this.display.locator('summary').click();
    for (const [name, value] of Object.entries(settings)) {
      await this.display.locator(`select[name="${name}"]`).selectOption(value);
    }
    await this.display.getByRole('button').click();
    await this.awake();
  }
}
