import { afterEach, expect, test } from 'vitest';
import { compileRegexp } from '../../src/regexp/regexp.ts';
import { TestServer } from './test-server.ts';

let server: TestServer;

afterEach(() => server.close());

async function start(pattern?: string): Promise<void> {
  const regexp = pattern === undefined ? undefined : compileRegexp(pattern);
  server = await TestServer.start({ http: regexp ? { corsOrigin: (origin) => regexp.test(origin) } : {} });
}

const GOOD = 'https://grafana.example';

/** The status and the headers that browsers look at. */
async function call(method: string, path: string, headers: Record<string, string>): Promise<[number, object]> {
  const response = await server.request(path, { method, headers });
  const shown = [...response.headers].filter(([name]) => /^(access-control|vary|cache-control)/.test(name));
  return [response.status, Object.fromEntries(shown)];
}

const preflight = (method: string, origin = GOOD): Record<string, string> => ({
  origin,
  'access-control-request-method': method,
  'access-control-request-headers': 'content-type,x-foo',
});

test('without --web.cors.origin no page of another origin is let in', async () => {
  await start();
  expect(await call('GET', '/api/v2/silences', { origin: GOOD })).toEqual([200, { 'cache-control': 'no-store' }]);
  expect(await call('OPTIONS', '/api/v2/silences', preflight('POST'))).toEqual([405, { 'cache-control': 'no-store' }]);
});

test('an origin that matches may read, create and delete', async () => {
  await start('https://(grafana|karma)\\.example');
  expect(await call('GET', '/api/v2/silences', { origin: GOOD })).toEqual([
    200,
    {
      'access-control-allow-origin': GOOD,
      'access-control-expose-headers': 'Grpc-Status, Grpc-Message, Grpc-Status-Details-Bin',
      'cache-control': 'no-store',
      vary: 'Origin',
    },
  ]);
  for (const method of ['GET', 'POST', 'DELETE']) {
    expect(await call('OPTIONS', '/api/v2/silence/x', preflight(method))).toEqual([
      204,
      {
        'access-control-allow-headers': 'content-type,x-foo',
        'access-control-allow-methods': method,
        'access-control-allow-origin': GOOD,
        'access-control-max-age': '600',
        vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
      },
    ]);
  }
});

test.each(['http://grafana.example', 'https://grafana.example.evil', 'https://grafanaxexample', 'null', ''])(
  'origin %j does not match and gets no allowing headers',
  async (origin) => {
    await start('https://grafana\\.example');
    expect(await call('GET', '/api/v2/silences', { origin })).toEqual([
      200,
      { 'cache-control': 'no-store', vary: 'Origin' },
    ]);
    expect(await call('OPTIONS', '/api/v2/silences', preflight('POST', origin))).toEqual([
      204,
      { vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers' },
    ]);
  },
);

test('other methods and other paths get nothing', async () => {
  await start('.*');
  expect(await call('OPTIONS', '/api/v2/silences', preflight('PUT'))).toEqual([
    204,
    { vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers' },
  ]);
  for (const path of ['/', '/metrics', '/api/tocsin/v1/deliveries', '/-/healthy']) {
    const [, headers] = await call('GET', path, { origin: GOOD });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  }
});
