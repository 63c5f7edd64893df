// What every page has: a way past the navigation, a reader's language, theme and zone, and a designed "not here".

import { expect, test } from '../fixtures/test';
import { Frame } from '../pages/frame';

test('the first tab stop leads past the navigation to the content', async ({ page }) => {
  const frame = new Frame(page);
  await frame.open('/');

  await page.keyboard.press('Tab');
  await expect(frame.skipLink).toBeFocused();
  await expect(frame.skipLink).toBeInViewport();

  await page.keyboard.press('Enter');
  await expect(frame.content).toBeFocused();
});

test('focus goes through the rail in reading order and is always visible', async ({ page }) => {
  const frame = new Frame(page);
  await frame.open('/');

  const stops = [
    frame.skipLink,
    page.getByRole('link', { name: 'Naru' }),
    frame.places.getByRole('link', { name: 'Connectors' }),
    frame.places.getByRole('link', { name: 'Topics' }),
    frame.display.locator('summary'),
  ];
  for (const stop of stops) {
    await page.keyboard.press('Tab');
    await expect(stop).toBeFocused();
    const outline = await stop.evaluate((element) => {
      const style = getComputedStyle(element);
      return style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0;
    });
    expect(outline, `a focus ring on ${await stop.innerText()}`).toBe(true);
  }
});

test('the place one is at is marked', async ({ page }) => {
  const frame = new Frame(page);
  await frame.open('/');

  await expect(frame.places.getByRole('link', { name: 'Connectors' })).toHaveAttribute('aria-current', 'page');
  await expect(frame.places.getByRole('link', { name: 'Topics' })).not.toHaveAttribute('aria-current', 'page');
});

test.describe('a reader who has chosen nothing', () => {
  test.use({ language: 'none', theme: 'none', locale: 'ko-KR', colorScheme: 'dark' });

  test('gets the language of the browser and the theme of the system', async ({ page }) => {
    const frame = new Frame(page);
    await frame.open('/');

    await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
    await expect(frame.heading).toHaveText('커넥터');
    await expect.poll(() => lightness(frame)).toBeLessThan(0.4);
  });

  test('keeps what is chosen then, on the page it was chosen on', async ({ page }) => {
    const frame = new Frame(page);
    await frame.open('/?search=a%20b');

    await frame.choose({ language: 'en', theme: 'light' });

    await expect(page).toHaveURL(/\/\?search=a(%20|\+)b$/);
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expect(frame.heading).toHaveText('Connectors');
    await expect.poll(() => lightness(frame)).toBeGreaterThan(0.8);

    await frame.open('/');
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  });
});

test('a change of display never leads to another site', async ({ request }) => {
  for (const target of ['//elsewhere.example/', 'https://elsewhere.example/', '/\\elsewhere.example', '\t//elsewhere.example']) {
    const response = await request.post('/ui/preferences', {
      form: { language: 'en', theme: 'light', zone: 'utc', return_to: target },
      maxRedirects: 0,
      failOnStatusCode: false,
    });

    const location = response.headers()['location'];
    if (location !== undefined) expect(new URL(location, response.url()).origin).toBe(new URL(response.url()).origin);
    else expect(response.status()).toBeGreaterThanOrEqual(400);
  }
});

for (const path of ['/nowhere', '/connectors/never-made', '/connectors/never-made/config', '/topics/never-made', '/connectors/new?draft=never-made&step=what']) {
  test(`${path} answers 404 with a page that leads back`, async ({ page, watch }) => {
    watch.expectAnswer(new URL(path, 'http://portal').pathname, 404);
    const frame = new Frame(page);

    const response = await page.goto(path);
    await frame.awake();

    expect(response?.status()).toBe(404);
    await frame.content.getByRole('link', { name: /^(All connectors|All topics)$/ }).click();
    await expect(frame.heading).toHaveText(/^(Connectors|Topics)$/);
  });
}

test('answers carry the headers that keep a page to itself', async ({ request }) => {
  const response = await request.get('/');
  const headers = response.headers();

  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("'unsafe-inline'");
  expect(policy).not.toContain("'unsafe-eval'");
  expect(policy).toMatch(/frame-ancestors 'none'/);
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['referrer-policy']).toMatch(/no-referrer|same-origin/);
});

test('a form sent by another site is refused', async ({ request }) => {
  const response = await request.post('/ui/connectors/act', {
    form: { name: 'never-made', action: 'delete' },
    headers: { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
    maxRedirects: 0,
    failOnStatusCode: false,
  });

  expect(response.status()).toBe(403);
});

async function lightness(frame: Frame): Promise<number> {
  // Painted rather than parsed: the computed colour may be in any colour space.
  return frame.page.evaluate(() => {
    const canvas = document.createElement('canvas');
    const paint = canvas.getContext('2d');
    if (paint === null) return -1;
    paint.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    paint.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = paint.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3 / 255;
  });
}
