import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/time/clock.ts';
import { TestServer } from './test-server.ts';

let browser: Browser;
let server: TestServer;
let page: Page;
/** What must never happen: errors in the page, dialogs, requests to elsewhere. */
let troubles: string[];

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});

afterAll(() => browser.close());

beforeEach(async () => {
  server = await TestServer.start({ clock: systemClock, http: { routePrefix: '/prefix' } });
  page = await browser.newPage({ viewport: { width: 400, height: 900 } });
  troubles = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${server.url}/prefix/`)) troubles.push(request.url());
  });
});

afterEach(async () => {
  await page.close();
  await server.close();
  expect(troubles).toEqual([]);
});

async function push(...alerts: object[]): Promise<void> {
  expect((await server.post('/prefix/api/v2/alerts', alerts)).status).toBe(200);
}

const open = (hash: string): Promise<unknown> => page.goto(`${server.url}/prefix/${hash}`);

test('hostile text is shown as text, and a script address is no link', async () => {
  const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
  await push({
    labels: { alertname: evil, __proto__x: 'x', constructor: evil },
    annotations: { summary: evil, link: 'javascript:document.title=3' },
    generatorURL: 'javascript:document.title=4',
  });
  await open('#/alerts');
  await page.waitForSelector('article');
  expect(await page.locator('article strong').textContent()).toBe(evil);
  expect(await page.locator('article p').textContent()).toBe(evil);
  expect(await page.locator('article a').allTextContents()).toEqual(['Silence']);
  expect(await page.title()).toBe('Tocsin');
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
});

test("a mail's link shows the receiver's alerts", async () => {
  await push({ labels: { alertname: 'a', team: 'y' } }, { labels: { alertname: 'b' } });
  await open('#/alerts?receiver=team%5C-Y');
  await page.waitForSelector('article');
  expect(await page.locator('article strong').allTextContents()).toEqual(['a']);
  expect(await page.locator('form button.chip').textContent()).toBe('receiver: team-Y ✕');
});

test("a mail's silence link: made, changed and ended", async () => {
  await push({ labels: { alertname: 'a', path: 'C:\\x "y"' } });
  await open(`#/silences/new?filter=${encodeURIComponent('{alertname="a", path="C:\\\\x \\"y\\""}')}`);
  await page.getByText('Matches 1 alert at this moment.').waitFor();
  await page.fill('input[name=createdBy]', 'carol');
  await page.fill('textarea[name=comment]', 'from the form');
  await page.fill('input[name=lasts]', 'soon');
  await page.click('button.main');
  expect(await page.locator('.notice.bad').textContent()).toBe('“soon” is no duration such as 30m, 2h or 1d 12h.');
  await page.fill('input[name=lasts]', '1d 2h');
  await page.click('button.main');
  await page.getByText('from the form').waitFor();
  const [made] = await server.json<Record<string, string>[]>('/prefix/api/v2/silences');
  expect(made).toMatchObject({
    createdBy: 'carol',
    matchers: [
      { name: 'alertname', value: 'a', isRegex: false, isEqual: true },
      { name: 'path', value: 'C:\\x "y"', isRegex: false, isEqual: true },
    ],
  });
  // The server moves a start that has just passed to its own now.
  const hours = (Date.parse(made?.endsAt ?? '') - Date.parse(made?.startsAt ?? '')) / 3_600_000;
  expect(hours).toBeCloseTo(26, 1);

  await page.getByRole('link', { name: 'Change' }).click();
  await page.fill('textarea[name=comment]', 'changed');
  await page.click('button.main');
  await page.getByText('changed').waitFor();
  expect(await server.json('/prefix/api/v2/silences')).toMatchObject([{ id: made?.id, comment: 'changed' }]);

  page.once('dialog', (dialog) => dialog.accept());
  await page.getByRole('button', { name: 'Expire' }).click();
  await page.getByText('No silences.').waitFor();
});

test('a bad filter says what is wrong with it', async () => {
  await open('#/alerts');
  await page.fill('input[name=filter]', 'a=b, ???');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByText('Cannot read “???”').waitFor();
});

test('status shows receivers and configuration', async () => {
  await open('#/status');
  await page.getByText('Configuration in force').waitFor();
  expect(await page.locator('pre').textContent()).toBe(server.engine.pipeline.config.original);
});

test('the page may run nothing but its own', async () => {
  const { headers } = await server.request('/prefix/');
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  const bare = await server.request('/prefix');
  expect([bare.status, bare.headers.get('location')]).toEqual([302, '/prefix/']);
});
