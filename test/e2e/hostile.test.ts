import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Attack, attacks, send } from '../support/attacks.ts';
import { freePort } from '../support/ports.ts';
import { TestProcess, temporaryDirectory } from '../support/process.ts';
import { TOCSIN } from '../support/tocsin.ts';

const WATCHDOG = fileURLToPath(new URL('../support/watchdog.ts', import.meta.url));
const HEAP = 256;

const CONFIG = `
route:
  receiver: nobody
  routes:
  - { receiver: nobody, matchers: ['value=~"(a|b)*c.*"'] }
receivers:
- name: nobody
inhibit_rules:
- { source_matchers: ['value=~"x.*|[0-9]+"'], target_matchers: ['value=~".*(a|ab)+c"'], equal: [alertname] }
`;

const directory = temporaryDirectory('hostile');
let server: TestProcess;
let url: string;

/** A real process with little memory, which is ended when its event loop stands still. */
async function start(): Promise<void> {
  const port = await freePort();
  const file = join(directory.path, 'tocsin.yml');
  writeFileSync(file, CONFIG);
  server = TestProcess.start(process.execPath, [
    `--max-old-space-size=${HEAP}`,
    `--import=${WATCHDOG}`,
    TOCSIN,
    `--config.file=${file}`,
    `--storage.path=${join(directory.path, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=debug',
  ]);
  url = `http://127.0.0.1:${port}`;
  await server.waitForOutput(/Listening on/, 60_000);
}

beforeAll(start);

afterAll(async () => {
  await server.stop();
  directory.remove();
});

async function isWell(): Promise<void> {
  const answer = await fetch(`${url}/-/healthy`).catch((error: unknown) => error);
  expect([
    answer instanceof Response && answer.status,
    server.output.match(/WATCHDOG.*|heap out of memory/)?.[0],
  ]).toEqual([200, undefined]);
}

const get = (path: string, parameters: Record<string, string>): Attack => ({
  method: 'GET',
  path: `${path}?${new URLSearchParams(parameters)}`,
  headers: {},
  body: '',
});

const post = (path: string, body: unknown): Attack => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const silence = (value: string): Attack =>
  post('/api/v2/silences', {
    matchers: [{ name: 'value', value, isRegex: true }],
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    createdBy: 'x',
    comment: 'y',
  });

describe('one client cannot stop everybody else', () => {
  test.each<[string, () => Attack, number, number]>([
    [
      'filters that compile to megabytes',
      () => get('/api/v2/alerts', { filter: `x=~"${'(a?){1000}'.repeat(300)}"` }),
      10,
      400,
    ],
    [
      'filters that compile to nearly as much as they may',
      () => get('/api/v2/alerts', { filter: `x=~"${'(a?){1000}'.repeat(2)}b"` }),
      30,
      200,
    ],
    ['silences that compile to megabytes', () => silence('(a?){1000}'.repeat(150)), 10, 400],
    [
      'silences that compile to nearly as much as they may',
      () => silence(`${'(a?){1000}'.repeat(2)}${Math.random()}`),
      30,
      200,
    ],
    [
      'receivers that compile to megabytes',
      () => get('/api/v2/alerts/groups', { receiver: '((a?){1000}){9}' }),
      10,
      400,
    ],
    ['lists of wildcards', () => get('/api/v2/alerts', { filter: `value=~"${'.*a'.repeat(2_000)}.*b"` }), 10, 200],
    ['five million brackets', () => post('/api/v2/alerts', '['.repeat(5_000_000)), 5, 413],
    [
      '600,000 annotations',
      () =>
        post(
          '/api/v2/alerts',
          `[{"labels":{"a":"b"},"annotations":{${Array.from({ length: 600_000 }, (_, i) => `"a${i}":""`)}}}]`,
        ),
      3,
      413,
    ],
    [
      'a deep document of RHACS',
      () => post('/webhooks/rhacs', `{"alert":{"deployment":${'{"a":'.repeat(1_500_000)}`),
      3,
      413,
    ],
    ['a deep document of roxctl', () => post('/webhooks/roxctl', `{"summary":${'['.repeat(5_000_000)}`), 3, 413],
  ])('%s', async (_, attack, count, status) => {
    const statuses = await Promise.all(Array.from({ length: count }, () => send(url, attack())));
    expect(statuses).toEqual(statuses.map(() => status));
    await isWell();
  });

  test('patterns that are slow on long labels', async () => {
    const value = Array.from({ length: 20_000 }, (_, i) => ((i * i * 7_919) % 10_007 < 5_000 ? 'a' : 'b')).join('');
    for (const pattern of ['(.*a){200}c.', '.*[ab].{900}c.', '(?:(?:a|b|ab){0,30}){30}[cd].']) {
      expect(await send(url, silence(pattern))).toBe(200);
    }
    const alerts = Array.from({ length: 50 }, (_, i) => ({
      labels: { alertname: 'slow', i: `${i}`, value: `${value}${i}cac` },
    }));
    expect(await send(url, post('/api/v2/alerts', alerts))).toBe(200);
    expect(await send(url, get('/api/v2/alerts', { filter: 'value=~"(.*a){200}c."' }))).toBe(400);
    expect(await send(url, get('/api/v2/alerts', {}))).toBe(200);
    expect(server.output).toContain('A regular expression takes too long on a label value');
    await isWell();
  });

  test('requests that nobody has thought of', async () => {
    await fc.assert(
      fc.asyncProperty(attacks, async (attack) => {
        expect(await send(url, attack)).not.toBe(500);
        expect(server.output).not.toContain('internal error');
      }),
      { numRuns: 250, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: false, endOnFailure: true },
    );
    await isWell();
  }, 150_000);

  test('what was stored does not keep the next start', async () => {
    await server.stop();
    await start();
    await isWell();
  });
});
