import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { CONFIG, TestServer } from './test-server.ts';

const ALERT = readFileSync(new URL('../fixtures/rhacs/01-deploy-email-annotation.json', import.meta.url), 'utf8');

let server: TestServer;

beforeEach(async () => {
  server = await TestServer.start();
});

afterEach(() => server.close());

async function restart(config: string): Promise<void> {
  await server.close();
  server = await TestServer.start({ config: CONFIG + config });
}

async function answer(response: Promise<Response>): Promise<[number, unknown]> {
  const { status, ...rest } = await response.then(async (got) => ({ status: got.status, body: await got.json() }));
  return [status, rest.body];
}

test('a payload becomes alerts, answered with how many, and counted', async () => {
  expect(await answer(server.post('/webhooks/rhacs', ALERT))).toEqual([200, { accepted: 1, rejected: [] }]);
  expect(await server.json('/api/v2/alerts')).toMatchObject([{ labels: { source: 'rhacs' } }]);
  expect(await server.metric('tocsin_source_requests_total{source="rhacs",code="200"}')).toBe(1);
  expect(await server.metric('tocsin_source_alerts_total{source="rhacs",outcome="accepted"}')).toBe(1);
});

test('what cannot be read is 400 with the reason, logged and counted', async () => {
  const cases: [string, string][] = [
    ['', 'the body is empty'],
    ['{', 'unexpected EOF at byte 1'],
    ['{"alert": é}', "invalid character 'Ã' looking for beginning of value at byte 10"],
    ['[1]', 'expected an object, found a list'],
  ];
  for (const [body, error] of cases)
    expect(await answer(server.post('/webhooks/rhacs', body))).toEqual([400, { error }]);
  expect(await server.metric('tocsin_source_unreadable_total{source="rhacs"}')).toBe(4);
  expect(await server.metric('tocsin_source_requests_total{source="rhacs",code="400"}')).toBe(4);
  // One line: what the sender writes does not make more.
  expect(server.log.join('').match(/Webhook refused.*/g)).toEqual([
    'Webhook refused" source=rhacs code=400 err="the body is empty" remote=127.0.0.1',
  ]);
});

test('what a newer Tocsin may read is 503 with Retry-After, so that RHACS sends it again', async () => {
  const cases: [object, string][] = [
    [{ compliance: {} }, 'expected one of "alert", "audit" and "networkpolicy", found none of them'],
    [{ alert: { kind: 'of tomorrow' } }, 'alert: the message contains no alert'],
  ];
  for (const [body, error] of cases) {
    const response = await server.post('/webhooks/rhacs', JSON.stringify(body));
    expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
      503,
      '5',
      { error },
    ]);
  }
  expect(await server.metric('tocsin_source_unreadable_total{source="rhacs"}')).toBe(2);
});

test('an alert of tomorrow with fields and values that nobody knows is taken', async () => {
  const alert = JSON.parse(ALERT).alert;
  const body = {
    alert: { ...alert, state: 'SNOOZED', lifecycleStage: 9, violations: [{ kind: 7 }], extra: [[]] },
    meta: 1,
  };
  expect(await answer(server.post('/webhooks/rhacs', JSON.stringify(body)))).toEqual([
    200,
    { accepted: 1, rejected: [] },
  ]);
});

test('an audit message of a resolve by hand ends the alert that it names', async () => {
  const fixture = (name: string): string =>
    readFileSync(new URL(`../fixtures/rhacs/${name}.json`, import.meta.url), 'utf8');
  const clock = new FakeClock('2026-08-21T00:00:00Z');
  await server.close();
  server = await TestServer.start({ clock });
  await server.post('/webhooks/rhacs', fixture('04-runtime-kube-exec'));
  const active = async (): Promise<number> => {
    const alerts = (await server.json('/api/v2/alerts?filter=lifecycle_stage%3D%22runtime%22')) as unknown[];
    return alerts.length;
  };
  expect(await active()).toBe(1);
  expect(await answer(server.post('/webhooks/rhacs', fixture('17-audit-message')))).toEqual([
    200,
    { accepted: 1, rejected: [] },
  ]);
  expect(await active()).toBe(0);
});

test('the other rungs: method, content type, size', async () => {
  const get = await server.request('/webhooks/rhacs');
  expect([get.status, get.headers.get('allow'), await get.json()]).toEqual([
    405,
    'POST',
    { error: 'method GET is not allowed: this path takes POST from rhacs' },
  ]);
  expect(await answer(server.post('/webhooks/rhacs', ALERT, { 'content-type': 'text/plain' }))).toEqual([
    415,
    { error: 'unsupported content type "text/plain": send application/json' },
  ]);
  expect(await answer(server.post('/webhooks/rhacs', ' '.repeat(11 * 1024 * 1024)))).toEqual([
    413,
    { error: 'request body exceeds 10485760 bytes' },
  ]);
});

test('a store that cannot write is 503 with Retry-After: RHACS tries again', async () => {
  server.store.trouble = 'disk full';
  const response = await server.post('/webhooks/rhacs', ALERT);
  expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
    503,
    '5',
    { error: 'disk full; try again later' },
  ]);
});

test('a bearer token guards a source', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-http-'));
  const file = join(folder, 'token');
  await writeFile(file, 'first\n');
  await restart(`sources: { rhacs: { auth: { bearer_token_file: ${file} } } }`);
  const post = (authorization?: string): Promise<Response> =>
    server.post('/webhooks/rhacs', ALERT, authorization === undefined ? {} : { authorization });
  for (const wrong of [undefined, 'Bearer second', 'Bearer firs', 'Bearer', 'Basic Zmlyc3Q=', 'first']) {
    const response = await post(wrong);
    expect([response.status, response.headers.get('www-authenticate'), await response.json()]).toEqual([
      401,
      'Bearer',
      { error: 'wrong or missing credentials' },
    ]);
  }
  for (const right of ['Bearer first', 'bearer first', 'BEARER  first']) expect((await post(right)).status).toBe(200);
  await writeFile(file, 'second\n');
  expect((await post('Bearer first')).status).toBe(401);
  expect((await post('Bearer second')).status).toBe(200);
  await writeFile(file, '');
  expect((await post('Bearer ')).status).toBe(401);
});

test('refused credentials are logged once a minute for each address, with how many lines were left out', async () => {
  const clock = new FakeClock();
  await server.close();
  server = await TestServer.start({
    clock,
    config: `${CONFIG}sources:
  rhacs: { auth: { bearer_token_file: /dev/null } }
  prometheus: { auth: { basic: { username: u, password: p } } }
`,
  });
  const logged = (): string[] =>
    server.log.filter((line) => line.includes(' refused"')).map((line) => line.replace(/^time=\S+ /, ''));
  const line =
    'level=WARN msg="Webhook refused" source=rhacs code=401 err="wrong or missing credentials" remote=127.0.0.1';
  for (let i = 0; i < 5; i++) expect((await server.post('/webhooks/rhacs', ALERT)).status).toBe(401);
  expect(logged()).toEqual([`${line}\n`]);
  await clock.advance(60_000);
  for (let i = 0; i < 2; i++) expect((await server.post('/webhooks/rhacs', ALERT)).status).toBe(401);
  expect(logged()).toEqual([`${line}\n`, `${line} suppressed=4\n`]);
  expect((await server.post('/api/v2/alerts', [])).status).toBe(401);
  expect(logged()[2]).toBe(
    'level=WARN msg="Alerts refused" component=api version=v2 source=prometheus code=401 err="wrong or missing credentials" remote=127.0.0.1\n',
  );
});

test('a secret that cannot be read is our fault: 503, and the log does not show more than the file', async () => {
  await restart('sources: { rhacs: { auth: { bearer_token_file: /nowhere/token } } }');
  const response = await server.post('/webhooks/rhacs', ALERT, { authorization: 'Bearer x' });
  expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
    503,
    '5',
    { error: 'internal error, see the log' },
  ]);
  expect(server.log.join('')).toContain('/nowhere/token');
});

test('basic credentials guard a source, the API too', async () => {
  await restart(`sources:
  alertmanager: { auth: { basic: { username: u, password: 'p:w' } } }
  prometheus: { auth: { basic: { username: u, password: 'p:w' } } }
`);
  const good = { authorization: `Basic ${Buffer.from('u:p:w').toString('base64')}` };
  const bad = { authorization: `Basic ${Buffer.from('u:p').toString('base64')}` };
  const body = { version: '4', status: 'firing', alerts: [{ status: 'firing', labels: { a: 'b' } }] };
  expect((await server.post('/webhooks/alertmanager', body, good)).status).toBe(200);
  const refused = await server.post('/webhooks/alertmanager', body, bad);
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Basic']);
  expect((await server.post('/api/v2/alerts', [], good)).status).toBe(200);
  const api = await server.post('/api/v2/alerts', [], bad);
  expect([api.status, await api.json()]).toEqual([401, { code: 401, message: 'wrong or missing credentials' }]);
});

test('a reload moves the path', async () => {
  server.nextConfig = `${CONFIG}sources: { rhacs: { path: /hooks/rhacs } }`;
  expect((await server.request('/-/reload', { method: 'POST' })).status).toBe(200);
  expect((await server.post('/hooks/rhacs', ALERT)).status).toBe(200);
  expect((await server.post('/webhooks/rhacs', ALERT)).status).toBe(404);
});
