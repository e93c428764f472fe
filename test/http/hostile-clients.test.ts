import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterEach, describe, expect, test } from 'vitest';
import { mediaType } from '../../src/http/api/v2/request.ts';
import { DEFAULT_LIMITS } from '../../src/http/options.ts';
import { RefusalLog } from '../../src/http/refusal-log.ts';
import { createLogger } from '../../src/log/logger.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { CONFIG, TestServer, type TestServerOptions } from './test-server.ts';

let server: TestServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  server = await TestServer.start(options);
  return server;
}

interface Answer {
  readonly status: number | undefined;
  readonly location: string | undefined;
  readonly text: string;
}

/** Sends exactly this, which fetch would not. */
function send(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server?.url ?? '');
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request({ hostname, port, method, path, headers: { ...length, ...headers } }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, location: answer.headers.location, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };
const ALERTS = '[{"labels":{"alertname":"a"}}]';

describe('a path that is not clean', () => {
  test.each(['', '/prefix'])('does not lose what is posted to it, below %j', async (prefix) => {
    await start({ http: { routePrefix: prefix || '/' } });
    const paths = ['//api/v2/alerts', '/api//v2/alerts', '/api/v2/./alerts', '/x/../api/v2/alerts', '/api/v2/alerts/'];
    for (const path of [...paths.map((path) => prefix + path), `/${prefix}/api/v2/alerts`]) {
      expect([path, (await send('POST', path, JSON_TYPE, ALERTS)).status]).toEqual([path, 200]);
    }
    for (const path of ['//webhooks/alertmanager', '/webhooks//alertmanager', '/webhooks/alertmanager/']) {
      const body = '{"version":"4","alerts":[]}';
      expect((await send('POST', prefix + path, JSON_TYPE, body)).text).toBe('{"accepted":0,"rejected":[]}');
    }
    expect((await send('POST', `${prefix}//-/reload`)).status).toBe(200);
    expect((await send('POST', `${prefix}/api/tocsin//v1/deliveries/x/retry`)).status).toBe(404);
    expect((await send('DELETE', `${prefix}//api/v2/silence/8b1a6f9a-0000-4000-8000-000000000000`)).text).toBe('');
  });

  test('that is configured with a slash at the end is found with and without', async () => {
    await start({ config: `${CONFIG}sources: { alertmanager: { path: /hooks/am/ } }\n` });
    for (const path of ['/hooks/am', '/hooks/am/', '//hooks/am']) {
      expect((await send('POST', path, JSON_TYPE, '{"version":"4","alerts":[]}')).status).toBe(200);
    }
  });

  test.each([
    ['/\\evil.example/./', '/%5Cevil.example/'],
    ['/\\/evil.example//', '/%5C/evil.example/'],
    ['//evil.example/..//x', '/x'],
    ['//evil.example', '/evil.example'],
    ['/.//evil.example', '/evil.example'],
    ['/<b>/./"', '/%3Cb%3E/%22'],
  ])('%s is redirected within this server', async (path, location) => {
    await start();
    expect(await send('GET', path)).toMatchObject({ status: 301, location });
  });
});

describe('the host name', () => {
  const browser = (host: string, origin = `http://${host}`): Record<string, string> => ({ host, origin });
  const silence = JSON.stringify({
    matchers: [{ name: 'a', value: 'b', isRegex: false }],
    startsAt: '2026-01-01T00:00:00Z',
    endsAt: '2099-01-01T00:00:00Z',
    createdBy: 'me',
    comment: 'c',
  });

  test.each([
    ['a name that points here', browser('evil.example:9093'), false],
    ['the same to a browser that says where from', { host: 'evil.example', 'sec-fetch-site': 'same-origin' }, false],
    ['a name that ends like ours', browser('tocsin.example.evil.example'), false],
    ['an odd name', { host: 'evil.example:9093:localhost', origin: 'http://evil.example' }, false],
    ['our name', browser('tocsin.example:9093'), true],
    ['our name in capitals', browser('Tocsin.Example.'), true],
    ['loopback', browser('localhost:9093'), true],
    ['an address', browser('10.1.2.3:9093'), true],
    ['an IPv6 address', browser('[fd00::1]:9093'), true],
    ['a name that a proxy made of ours', browser('backend:9093', 'https://tocsin.example'), true],
    ['no browser', { host: 'tocsin.monitoring.svc:9093' }, true],
  ])('%s', async (_name, headers, ok) => {
    await start({ http: { allowedHosts: ['tocsin.example'] } });
    const refused = {
      status: 403,
      text: expect.stringContaining('allow it with --web.external-url or --web.allowed-hosts'),
    };
    expect(await send('POST', '/api/v2/silences', { ...headers, ...JSON_TYPE }, silence)).toMatchObject(
      ok ? { status: 200 } : refused,
    );
    expect(await send('POST', '/api/v2/alerts', { ...headers, ...JSON_TYPE }, ALERTS)).toMatchObject(
      ok ? { status: 200 } : refused,
    );
    if (!ok) expect((await send('POST', '/-/reload', headers)).status).toBe(403);
    // Reading is what any page may ask for and no other site's page may see.
    expect((await send('GET', '/api/v2/silences', headers)).status).toBe(200);
  });

  test('of an origin that may call the API does not matter', async () => {
    await start({ http: { corsOrigin: (origin) => origin === 'https://karma.example' } });
    const headers = { ...browser('backend', 'https://karma.example'), ...JSON_TYPE };
    expect((await send('POST', '/api/v2/silences', headers, silence)).status).toBe(200);
  });
});

describe('bodies that never end', () => {
  /** Sends the beginning of a POST of `length` bytes. */
  async function begin(bytes: number, length: number): Promise<{ socket: Socket; answer: () => string }> {
    const { hostname, port } = new URL(server?.url ?? '');
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => {});
    socket.write(
      `POST /api/v2/alerts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`,
    );
    await new Promise((resolve) => socket.write(' '.repeat(bytes), resolve));
    return { socket, answer: () => text };
  }

  test('are dropped, the oldest first, where there are too many; others are served', async () => {
    const tested = await start({ http: { limits: { ...DEFAULT_LIMITS, unfinishedBytes: 1_000_000 } } });
    const stalled: Awaited<ReturnType<typeof begin>>[] = [];
    for (let i = 0; i < 5; i++) {
      stalled.push(await begin(300_000, 400_000));
      await expect.poll(async () => (await tested.request('/-/healthy')).status).toBe(200);
    }
    await expect
      .poll(() => stalled.map(({ answer }) => answer().split(' ')[1]))
      .toEqual(['503', '503', undefined, undefined, undefined]);
    expect(stalled[0]?.answer()).toContain('Retry-After: 5\r\n');
    expect(stalled[0]?.answer()).toContain(
      '{"code":503,"message":"too many request bodies are arriving at once, try again later"}',
    );
    const body = JSON.stringify([{ labels: { alertname: 'a', filler: 'x'.repeat(60_000) } }]);
    expect((await tested.post('/api/v2/alerts', body)).status).toBe(200);
    // What is done or gone counts no more.
    for (const { socket } of stalled) socket.destroy();
    const big = `[]${' '.repeat(950_000)}`;
    for (let i = 0; i < 3; i++) expect((await tested.post('/api/v2/alerts', big)).status).toBe(200);
  });

  test('are refused before they are read where there is no login', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'tocsin-body-')), 'web.yml');
    writeFileSync(file, `basic_auth_users: { alice: '${hashSync('secret', 4)}' }`);
    await start({ http: { webConfigFile: file } });
    const { socket, answer } = await begin(10, 9_000_000);
    await expect.poll(answer).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
    socket.destroy();
  });
});

test('a media type is read in time linear in its length', () => {
  for (const piece of [' ', ';', '; a="', ';a=b ', '="', '\t;']) {
    const text = piece.repeat(200_000);
    expect(mediaType(`application/json;a=b${text}\u0001`)).toBeUndefined();
  }
  expect(mediaType(`Application/JSON ; a=b;c="d;e" ${' '.repeat(200_000)};`)).toBe('application/json');
});

describe('the log of refusals', () => {
  const lines: string[] = [];
  const clock = new FakeClock();
  const log = new RefusalLog(clock, createLogger('info', 'logfmt', { write: (line) => lines.push(line) }));
  const refuse = (address: string, err: string): void =>
    log.warn('Refused', { socket: { remoteAddress: address } } as never, { source: 's', code: 400, err });

  test('has a line a minute for an address, whatever the client makes the text say', async () => {
    for (let i = 0; i < 1_000; i++) refuse('10.0.0.1', `text ${i}`);
    expect(lines.splice(0)).toEqual([expect.stringContaining('err="text 0" remote=10.0.0.1\n')]);
    await clock.advance(60_000);
    refuse('10.0.0.1', 'again');
    expect(lines.splice(0)).toEqual([expect.stringContaining('suppressed=999\n')]);
  });

  test('has a hundred lines a minute, however many addresses there are', async () => {
    await clock.advance(120_000);
    for (let i = 0; i < 5_000; i++) refuse(`10.1.${i >> 8}.${i & 255}`, 'x');
    expect(lines.splice(0)).toHaveLength(100);
    await clock.advance(60_000);
    refuse('10.0.0.2', 'x');
    expect(lines.splice(0)).toEqual([expect.stringContaining('suppressed=4900\n')]);
  });
});

test('a server that is open to everybody says so once', async () => {
  const { log } = await start({ http: { listenAddresses: ['127.0.0.1:0', '0.0.0.0:0'] } });
  const warnings = log.filter((line) => line.includes('level=WARN')).map((line) => line.replace(/^\S+ /, ''));
  expect(warnings).toEqual([
    expect.stringMatching(
      /^level=WARN msg="The API is open to everybody who reaches this address: .*" address=0\.0\.0\.0:\d+\n$/,
    ),
  ]);
  const file = join(mkdtempSync(join(tmpdir(), 'tocsin-open-')), 'web.yml');
  writeFileSync(file, `basic_auth_users: { alice: '${hashSync('secret', 4)}' }`);
  await server?.close();
  const guarded = await start({ http: { listenAddresses: ['0.0.0.0:0'], webConfigFile: file } });
  expect(guarded.log.filter((line) => line.includes('level=WARN'))).toEqual([]);
});
