import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TestServer } from './test-server.ts';

let server: TestServer;
let tests: string[];

beforeEach(async () => {
  tests = [];
  server = await TestServer.start({
    testReceiver: async (name) => {
      tests.push(name);
      return { ok: true, receiver: name, integrations: [{ integration: 'email[0]', ok: true, answer: '250 Ok' }] };
    },
  });
});

afterEach(() => server.close());

/** fetch() would not send some of these headers. */
const post = (path: string, headers: Record<string, string>): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(server.url + path, { method: 'POST', headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end();
  });

const host = (): string => new URL(server.url).host;
const SENDERS: [who: string, headers: () => Record<string, string>, ok: boolean][] = [
  ['curl', () => ({}), true],
  ['an operator', () => ({ 'user-agent': 'Go-http-client/1.1', 'content-type': 'text/plain' }), true],
  ['the own page', () => ({ 'sec-fetch-site': 'same-origin', origin: server.url }), true],
  ['the own page behind a proxy', () => ({ 'sec-fetch-site': 'same-origin', origin: 'https://tocsin.example' }), true],
  ['the own page over plain HTTP', () => ({ origin: `http://${host()}` }), true],
  ['somebody who typed the address', () => ({ 'sec-fetch-site': 'none' }), true],
  ['a form of another site', () => ({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }), false],
  ['a site beside', () => ({ 'sec-fetch-site': 'same-site', origin: 'https://x.example' }), false],
  ['another site over plain HTTP', () => ({ origin: 'http://evil.example', 'content-type': 'text/plain' }), false],
  ['another port', () => ({ origin: 'http://127.0.0.1:1' }), false],
  ['a sandboxed frame', () => ({ origin: 'null' }), false],
];
const REFUSED = 'refused: the browser says that a page of another site sent this request';

describe.each(SENDERS)('%s', (_who, headers, ok) => {
  test('POST /-/reload', async () => {
    const before = server.engine.pipeline;
    expect(await post('/-/reload', headers())).toEqual(
      ok ? { status: 200, text: '' } : { status: 403, text: `${REFUSED}\n` },
    );
    expect(server.engine.pipeline !== before).toBe(ok);
  });

  test('POST to the own API', async () => {
    const test = await post('/api/tocsin/v1/receivers/team-X/test', headers());
    expect(test.status).toBe(ok ? 200 : 403);
    expect(tests).toEqual(ok ? ['team-X'] : []);
    const retry = await post('/api/tocsin/v1/deliveries/x/retry', headers());
    expect(retry.status).toBe(ok ? 404 : 403);
    if (!ok) expect([test.text, retry.text]).toEqual(Array(2).fill(JSON.stringify({ error: REFUSED })));
  });
});
