import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
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

/** Alerts, or the body's text. */
async function push(...alerts: (object | string)[]): Promise<void> {
  const [text] = alerts;
  const body = typeof text === 'string' ? text : alerts;
  expect((await server.post('/prefix/api/v2/alerts', body)).status).toBe(200);
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

test('an alert with 100,000 labels is cut, and hides no other', async () => {
  const labels = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`l${i}`, 'v']));
  await push(
    { labels: { ...labels, alertname: 'huge' }, annotations: { ...labels, long: 'x'.repeat(100_000) } },
    { labels: { alertname: 'small', long: 'y'.repeat(2_000), severity: 'z'.repeat(2_000) } },
  );
  await open('#/alerts');
  await page.getByText('small', { exact: true }).waitFor();
  expect(await page.locator('article strong').allTextContents()).toEqual(['huge', 'small']);
  const huge = page.locator('article').first();
  expect(await huge.locator('ul.chips li').count()).toBe(41);
  expect(await huge.locator('ul.chips li').last().textContent()).toBe('and 99960 more');
  expect(await huge.locator('dd').last().textContent()).toBe('and 99961 more');
  expect(await huge.locator('.links').textContent()).toBe('100001 labels: too many to silence by');
  const small = page.locator('article').last();
  expect(await small.locator('.chips').textContent()).toMatch(/^long="y{494}… \(1507 more characters\)$/);
  expect(await small.locator('.badge').textContent()).toBe(`${'z'.repeat(40)}… (1960 more characters)`);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
});

test('an alert that cannot be shown hides no other', async () => {
  await push({ labels: { alertname: 'broken' } }, { labels: { alertname: 'good' } });
  await page.route('**/api/v2/alerts/groups*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace('"silencedBy":[]', '"silencedBy":7') });
  });
  await open('#/alerts');
  await page.getByText('good', { exact: true }).waitFor();
  expect(await page.locator('.notice.bad').textContent()).toMatch(/^This cannot be shown: /);
});

test("labels named like an object's own methods are shown, invisible characters are marked", async () => {
  await push(
    `[{"labels": {"alertname": "a\\u202eb", "constructor": "c", "toString": "d", "__proto__": "e", "zero": "x\\u200by\\u001b"},
       "annotations": {"summary": "gpj.\\u202eexe", "__proto__": "f"}}]`,
  );
  await open('#/alerts');
  await page.waitForSelector('article');
  expect(await page.locator('article strong').textContent()).toBe('a⟨U+202E⟩b');
  expect(await page.locator('article p').textContent()).toBe('gpj.⟨U+202E⟩exe');
  expect(await page.locator('article li').allTextContents()).toEqual([
    '__proto__="e"',
    'constructor="c"',
    'toString="d"',
    'zero="x⟨U+200B⟩y\\u001b"',
  ]);
  expect(await page.locator('dl').textContent()).toBe('__proto__f');
});

test("a mail's silence link keeps every character of the labels", async () => {
  const labels = { alertname: 'a', evil: '\u2066\x00\x07\x1b[31m😀', lines: 'one\ntwo', plain: '  kept ' };
  await push({ labels });
  await open(`#/silences/new?filter=${encodeURIComponent(LabelSet.of(labels).toString())}`);
  await page.getByText('Matches 1 alert now.').waitFor();
  const evil = page.locator('.matcher').nth(1).locator('input').last();
  expect(await evil.inputValue()).toBe('⟨U+2066⟩␀␇␛[31m😀');
  expect(await evil.isEditable()).toBe(false);
  await page.fill('input[name=createdBy]', 'carol');
  await page.fill('textarea[name=comment]', 'c\u202e');
  await page.click('button.main');
  await page.getByText('c⟨U+202E⟩').waitFor();
  const silences =
    await server.json<{ matchers: { name: string; value: string }[]; comment: string }[]>('/prefix/api/v2/silences');
  expect(silences[0]?.comment).toBe('c\u202e');
  expect(Object.fromEntries(silences[0]?.matchers.map(({ name, value }) => [name, value]) ?? [])).toEqual(labels);
  // The page's own links and filter too.
  await open('#/alerts?silenced=true');
  await page.locator('.chip', { hasText: 'evil=' }).click();
  await expect
    .poll(() => page.locator('input[name=filter]').inputValue())
    .toBe('{evil="\\u2066\\x00\\x07\\x1b[31m😀"}');
  await page.waitForSelector('article');
});

test('a silence without labels is refused with words', async () => {
  await open('#/silences/new');
  await page.getByText('Add at least one matcher.', { exact: true }).waitFor();
  await page.fill('input[name=createdBy]', 'carol');
  await page.fill('textarea[name=comment]', 'c');
  await page.click('button.main');
  expect(await page.locator('.notice.bad').textContent()).toBe('Add at least one matcher.');
});

test.each([
  ['#/silences/8b1a6f9a-0000-4000-8000-000000000000', 404],
  ['#/silences/edit?id=8b1a6f9a-0000-4000-8000-000000000000', 404],
])('%s: a silence that is gone', async (hash, status) => {
  await open(hash);
  expect(await page.locator('.notice.bad').textContent()).toBe(
    'There is no silence 8b1a6f9a-0000-4000-8000-000000000000: it ended a while ago and was removed, or there never was one.',
  );
  expect(troubles.splice(0)).toEqual([expect.stringContaining(`status of ${status}`)]);
});

test('an address that cannot be read says so', async () => {
  await open('#/silences/%zz');
  expect(await page.locator('.notice.bad').textContent()).toBe('URI malformed');
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
  await page.getByText('Matches 1 alert now.').waitFor();
  await page.fill('input[name=createdBy]', 'carol');
  await page.fill('textarea[name=comment]', 'from the form');
  await page.fill('input[name=lasts]', 'soon');
  await page.click('button.main');
  expect(await page.locator('.notice.bad').textContent()).toBe('“soon” is not a duration such as 30m, 2h or 1d 12h.');
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

  await page.getByRole('link', { name: 'Edit' }).click();
  await page.fill('textarea[name=comment]', 'changed');
  await page.click('button.main');
  await page.getByText('changed').waitFor();
  expect(await server.json('/prefix/api/v2/silences')).toMatchObject([{ id: made?.id, comment: 'changed' }]);

  page.once('dialog', (dialog) => dialog.accept());
  await page.getByRole('button', { name: 'Expire' }).click();
  await page.getByText('No silences.').waitFor();
});

test('silenced alerts are not called quiet', async () => {
  await open('#/alerts');
  await page.getByText('No alerts: all quiet.').waitFor();
  await push(...[1, 2, 3].map((i) => ({ labels: { alertname: 'a', i: String(i) } })));
  const silence = {
    matchers: [{ name: 'alertname', value: 'a', isRegex: false }],
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    createdBy: 'carol',
    comment: 'c',
  };
  expect((await server.post('/prefix/api/v2/silences', silence)).status).toBe(200);
  await page.reload();
  await page.getByText('3 alerts are silenced.').waitFor();
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForSelector('article');
  expect(await page.locator('article').count()).toBe(3);
  await open('#/alerts?filter=%7Ba%3D%22nope%22%7D');
  await page.getByText('No alert matches.').waitFor();
});

test('what is typed and what has the focus survive the refresh', async () => {
  await page.clock.install();
  await push({ labels: { alertname: 'a', team: 'x' } });
  await open('#/alerts');
  await page.waitForSelector('article');
  const focused = (): Promise<unknown> =>
    page.evaluate('document.activeElement.textContent || document.activeElement.value');
  const refresh = async (): Promise<void> => {
    const answer = page.waitForResponse('**/api/v2/alerts/groups*');
    await page.clock.runFor(30_000);
    await answer;
    await page.waitForFunction('performance.now() > 0');
  };
  await page.locator('input[name=filter]').fill('team="x"');
  await page
    .locator('input[name=filter]')
    .evaluate((input) =>
      (input as unknown as { setSelectionRange(a: number, b: number): void }).setSelectionRange(2, 4),
    );
  await push({ labels: { alertname: 'b', team: 'x' } });
  await refresh();
  await page.getByText('b', { exact: true }).waitFor();
  expect(await page.locator('input[name=filter]').inputValue()).toBe('team="x"');
  expect(
    await page.evaluate(
      '[document.activeElement.name, document.activeElement.selectionStart, document.activeElement.selectionEnd]',
    ),
  ).toEqual(['filter', 2, 4]);
  await page.locator('button.chip', { hasText: 'team="x"' }).last().focus();
  await push({ labels: { alertname: 'c', team: 'x' } });
  await refresh();
  await page.getByText('c', { exact: true }).waitFor();
  expect(await focused()).toBe('team="x"');
  expect(await page.locator('input[name=filter]').inputValue()).toBe('team="x"');
});

test("Enter in a matcher's value adds the matcher", async () => {
  await open('#/silences/new');
  const row = (n: number) => page.locator('.matcher').nth(n);
  await row(0).locator('input').first().fill('alertname');
  await row(0).locator('input').first().press('Enter');
  await page.keyboard.type('a');
  await page.keyboard.press('Enter');
  await page.keyboard.type('team');
  expect(await page.locator('.matcher').count()).toBe(2);
  expect(await row(0).locator('input').last().inputValue()).toBe('a');
  expect(await row(1).locator('input').first().inputValue()).toBe('team');
  expect(await server.json('/prefix/api/v2/silences')).toEqual([]);
});

test('a bad filter says what is wrong with it', async () => {
  await open('#/alerts');
  await page.fill('input[name=filter]', 'a=b, ???');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByText('Cannot read “???”').waitFor();
});

test('status shows receivers and configuration', async () => {
  await open('#/status');
  await page.getByText('Running configuration').waitFor();
  expect(await page.locator('section').last().locator('p').textContent()).toBe(
    'As amtool reads it: secrets are hidden, and keys that only Tocsin knows (sources, recipients, teams ...) are left out.',
  );
  expect(await page.locator('pre').textContent()).toBe(server.engine.pipeline.config.original);
});

test('the page may run nothing but its own', async () => {
  const { headers } = await server.request('/prefix/');
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  const bare = await server.request('/prefix');
  expect([bare.status, bare.headers.get('location')]).toEqual([301, '/prefix/']);
});
