import { afterEach, expect, it } from 'vitest';
import type { HttpDeps } from '../../src/http/deps.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { TestServer, type TestServerOptions } from './test-server.ts';

let server: TestServer;
afterEach(() => server.close());

async function start(testReceiver: HttpDeps['testReceiver'], options: TestServerOptions = {}) {
  server = await TestServer.start({ testReceiver, ...options });
}

async function post(path: string): Promise<[status: number, body: unknown]> {
  const response = await server.request(`/api/tocsin/v1${path}`, { method: 'POST' });
  return [response.status, await response.json()];
}

const good = { ok: true, receiver: 'team-X', integrations: [{ integration: 'email[0]', ok: true, answer: '250 Ok' }] };
const bad = { ...good, ok: false, integrations: [{ integration: 'email[0]', ok: false, error: 'no' }] };

it('answers 200 with the report when everybody took it, 502 with it when not', async () => {
  let report = good;
  const asked: unknown[] = [];
  await start(async (...args) => {
    asked.push(args.slice(0, 2));
    return report;
  });
  expect(await post('/receivers/team-X/test')).toEqual([200, good]);
  report = bad as never;
  expect(await post('/receivers/a%2Fb%20c/test?source=rhacs')).toEqual([502, bad]);
  expect(asked).toEqual([
    ['team-X', { source: undefined, labels: {} }],
    ['a/b c', { source: 'rhacs', labels: {} }],
  ]);
});

it('names the receivers that there are', async () => {
  await start(async () => undefined);
  expect(await post('/receivers/team-Z/test')).toEqual([
    404,
    { error: 'no receiver "team-Z": the configuration has "team-X", "team-Y"' },
  ]);
});

it('says that a receiver has no integrations', async () => {
  await start(async () => ({ ok: false, receiver: 'team-X', integrations: [] }));
  expect(await post('/receivers/team-X/test')).toEqual([422, { error: 'receiver "team-X" has no integrations' }]);
});

it('knows which tests there are', async () => {
  await start(async () => good);
  expect(await post('/receivers/team-X/test?source=nagios')).toEqual([
    400,
    { error: 'unknown source "nagios": one of prometheus, rhacs, alauda, roxctl, calico' },
  ]);
});

it('takes nothing but POST', async () => {
  await start(async () => good);
  const response = await server.request('/api/tocsin/v1/receivers/team-X/test');
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'OPTIONS, POST']);
});

it('tests a receiver once in ten seconds', async () => {
  const clock = new FakeClock();
  let sent = 0;
  await start(
    async (name) => {
      sent++;
      return name === 'gone' ? undefined : good;
    },
    { clock },
  );
  expect((await post('/receivers/team-X/test'))[0]).toBe(200);
  await clock.advance(4_500);
  for (let i = 0; i < 20; i++) {
    const response = await server.request('/api/tocsin/v1/receivers/team-X/test', { method: 'POST' });
    expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
      429,
      '6',
      { error: 'receiver "team-X" was tested a moment ago' },
    ]);
  }
  expect((await post('/receivers/team-Y/test'))[0]).toBe(200);
  await clock.advance(5_500);
  expect((await post('/receivers/team-X/test'))[0]).toBe(200);
  expect(sent).toBe(3);
  for (let i = 0; i < 3; i++) expect((await post('/receivers/gone/test'))[0]).toBe(404);
});

it('takes labels', async () => {
  const asked: unknown[] = [];
  await start(async (_name, request) => {
    asked.push(request);
    return good;
  });
  expect((await post('/receivers/team-X/test?label=team%3Dpay%3Dments&label=a%3D'))[0]).toBe(200);
  expect(asked).toEqual([{ source: undefined, labels: { team: 'pay=ments', a: '' } }]);
  expect(await post('/receivers/team-Y/test?label=team')).toEqual([
    400,
    { error: 'label: expected NAME=VALUE, found "team"' },
  ]);
});

it('sends one test at a time', async () => {
  const ends: (() => void)[] = [];
  let begun = () => {};
  const first = new Promise<void>((resolve) => {
    begun = resolve;
  });
  await start(async () => {
    begun();
    await new Promise<void>((resolve) => ends.push(resolve));
    return good;
  });
  const pending = post('/receivers/team-X/test');
  await first;
  expect(await post('/receivers/team-Y/test')).toEqual([429, { error: 'a test is under way: one at a time' }]);
  ends[0]?.();
  expect(await pending).toEqual([200, good]);
});

it('ends with its client', async () => {
  let ended: (reason: unknown) => void = () => {};
  const reason = new Promise((resolve) => {
    ended = resolve;
  });
  const client = new AbortController();
  await start(
    (_name, _source, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended((signal.reason as Error).message);
          reject(signal.reason as Error);
        });
        client.abort();
      }),
  );
  const request = server.request('/api/tocsin/v1/receivers/team-X/test', { method: 'POST', signal: client.signal });
  await expect(request).rejects.toThrow();
  expect(await reason).toBe('the client closed the connection');
});
