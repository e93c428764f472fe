import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { externalUrl, routePrefix } from '../../src/http/external-url.ts';
import { listen } from '../../src/http/listeners.ts';
import { DEFAULT_LIMITS } from '../../src/http/options.ts';
import { systemClock } from '../../src/time/clock.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { TestServer, type TestServerOptions } from './test-server.ts';

let server: TestServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  server = await TestServer.start(options);
  return server;
}

describe('listening', () => {
  test('each address has its lines in the log, with the real port', async () => {
    const { log } = await start({ http: { listenAddresses: ['127.0.0.1:0', '[::1]:0'] } });
    const lines = log.filter((line) => /Listening|TLS/.test(line)).map((line) => line.replace(/^\S+ /, ''));
    expect(lines).toEqual([
      expect.stringMatching(/^level=INFO msg="Listening on" address=127\.0\.0\.1:\d+\n$/),
      expect.stringMatching(/^level=INFO msg="TLS is disabled\." http2=false address=127\.0\.0\.1:\d+\n$/),
      expect.stringMatching(/^level=INFO msg="Listening on" address=\[::1\]:\d+\n$/),
      expect.stringMatching(/^level=INFO msg="TLS is disabled\." http2=false address=\[::1\]:\d+\n$/),
    ]);
  });

  test('a taken port is one clear line', async () => {
    const { url } = await start();
    const address = url.slice('http://'.length);
    await expect(TestServer.start({ http: { listenAddresses: [address] } })).rejects.toThrow(
      new Error(
        `cannot listen on ${address}: address already in use; is another Tocsin or Alertmanager running? Choose another address with --web.listen-address`,
      ),
    );
  });

  test.each([
    [
      'EACCES',
      { port: 80 },
      'cannot listen on :80: permission denied; choose another address with --web.listen-address',
    ],
    [
      'ENOTFOUND',
      { host: 'nowhere', port: 1 },
      'cannot listen on nowhere:1: no such host; choose another address with --web.listen-address',
    ],
    [
      'EADDRNOTAVAIL',
      { host: '::2', port: 1 },
      'cannot listen on [::2]:1: this machine has no such address; choose another address with --web.listen-address',
    ],
    ['EADDRINUSE', { fd: 3 }, 'cannot listen on file descriptor 3: address already in use'],
  ])('%s of the system is one clear line', async (code, target, message) => {
    const server = createServer();
    server.listen = () => server;
    const listening = listen(server, target);
    server.emit('error', Object.assign(new Error(), { code }));
    await expect(listening).rejects.toThrow(new Error(message));
  });

  test.each(['9093', '127.0.0.1', 'foo:bar', ':99999', 'a:b:1', '[::1]', ''])('%j is no address', async (address) => {
    await expect(TestServer.start({ http: { listenAddresses: [address] } })).rejects.toThrow(
      `--web.listen-address: invalid listen address ${JSON.stringify(address)}: expected HOST:PORT with a number of at most 65535, e.g. 127.0.0.1:9093 or :9093`,
    );
  });
});

describe('management', () => {
  test('healthy and ready, with their troubles', async () => {
    let troubles: string[] = [];
    const { url } = await start({ troubles: () => troubles });
    for (const path of ['/-/healthy', '/-/ready']) {
      expect(await (await fetch(url + path)).text()).toBe('OK');
      const head = await fetch(url + path, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
    }
    troubles = ['the store cannot write: disk full', 'x'];
    const ill = await fetch(`${url}/-/healthy`);
    expect([ill.status, await ill.text()]).toEqual([503, 'the store cannot write: disk full\nx\n']);
  });

  test('a reload that fails says why and changes nothing', async () => {
    const tested = await start();
    tested.nextConfig = new Error('test.yml:1:1: no route provided in config');
    const answer = await tested.request('/-/reload', { method: 'POST' });
    expect([answer.status, await answer.text()]).toEqual([
      500,
      'failed to reload config: test.yml:1:1: no route provided in config\n',
    ]);
  });

  test('metrics say how requests went, by route and not by path', async () => {
    const tested = await start();
    await tested.request('/api/v2/silence/8b1a6f9a-0000-4000-8000-000000000000');
    await tested.request('/api/v2/whatever');
    await tested.request('/-/ready');
    const answer = await tested.request('/metrics');
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await answer.text();
    const duration = (labels: string): string => `alertmanager_http_request_duration_seconds_count{${labels}} 1\n`;
    expect(text).toContain(duration('handler="/api/v2/silence/{silenceID}",method="get",code="404"'));
    expect(text).toContain(duration('handler="/api/v2/*",method="get",code="404"'));
    expect(text).toContain(duration('handler="/-/ready",method="get",code="200"'));
    expect(text).toContain('alertmanager_http_response_size_bytes_sum{handler="/-/ready",method="get"} 2\n');
    expect(text).not.toContain('alertmanager_http_response_size_bytes_sum{handler="/api/v2');
    expect(text).toContain('alertmanager_http_requests_in_flight{method="get"} 1\n');
  });
});

describe('/metrics', () => {
  const families = async (tested: TestServer, query: string): Promise<string[]> => {
    const text = await (await tested.request(`/metrics${query}`)).text();
    return [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
  };

  test('has the families that name[] selects, and all without', async () => {
    const tested = await start();
    expect(
      await families(tested, '?name[]=alertmanager_alerts&name%5B%5D=alertmanager_http_request_duration_seconds'),
    ).toEqual(['alertmanager_alerts', 'alertmanager_http_request_duration_seconds']);
    expect(await families(tested, '?name[]=nope&name[]=constructor')).toEqual([]);
    expect((await families(tested, '')).length).toBeGreaterThan(30);
    expect((await tested.request('/metrics')).headers.get('vary')).toBe('Accept, Accept-Encoding');
  });
});

describe('route prefix', () => {
  test('everything lives below it', async () => {
    const tested = await start({ http: { routePrefix: '/foo' } });
    const root = await tested.request('/');
    expect([root.status, root.headers.get('location')]).toEqual([302, '/foo/']);
    expect((await tested.request('/foo/-/healthy')).status).toBe(200);
    expect((await tested.request('/foo/api/v2/status')).status).toBe(200);
    expect((await tested.post('/foo/webhooks/rhacs', '{')).status).toBe(400);
    expect(await (await tested.request('/foo/api/v2/x')).json()).toEqual({
      code: 404,
      message: 'path /api/v2/x was not found',
    });
    for (const path of ['/-/healthy', '/api/v2/status', '/foobar']) {
      expect((await tested.request(path)).status).toBe(404);
    }
  });

  test.each([
    ['', '', '/'],
    ['/', 'http://x/y', '/'],
    ['foo/', '', '/foo'],
    ['/a/b/', '', '/a/b'],
    ['', 'http://x/y/', '/y'],
  ])('of --web.route-prefix=%j and --web.external-url=%j is %j', (flag, url, prefix) => {
    expect(routePrefix(flag, url)).toBe(prefix);
  });
});

test('the external URL', () => {
  expect(externalUrl('', 'host', '[::]:9093')).toBe('http://host:9093');
  expect(externalUrl('https://x.example/a//', 'host', ':1')).toBe('https://x.example/a');
  expect(() => externalUrl('ftp://x', 'host', ':1')).toThrow(
    `--web.external-url: "ftp://x": invalid "ftp" scheme, only 'http' and 'https' are supported`,
  );
  expect(() => externalUrl('x.example/a', 'host', ':1')).toThrow(
    `--web.external-url: "x.example/a": invalid "" scheme, only 'http' and 'https' are supported`,
  );
});

describe('limits', () => {
  test('GETs beyond the limit are 503, but not other methods, health and metrics', async () => {
    const clock = new FakeClock();
    const tested = await start({ clock, http: { getConcurrency: 1 } });
    await tested.post(
      '/api/v2/alerts',
      Array.from({ length: 20_000 }, (_, i) => ({ labels: { alertname: `a${i}`, filler: 'x'.repeat(300) } })),
    );
    // This reader does not read, so its answer stays under way.
    const { hostname, port } = new URL(tested.url);
    const slow = connect(Number(port), hostname);
    slow.write('GET /api/v2/alerts HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(slow, 'readable');
    const refused = await tested.request('/api/v2/status');
    expect([refused.status, await refused.text()]).toEqual([
      503,
      'Limit of concurrent GET requests reached (1), try again later.\n\n',
    ]);
    expect((await tested.post('/api/v2/alerts', [])).status).toBe(200);
    for (const path of ['/-/healthy', '/-/ready', '/metrics']) expect((await tested.request(path)).status).toBe(200);
    expect(await tested.metric('alertmanager_http_concurrency_limit_exceeded_total{method="get"}')).toBe(1);
    // The system's buffers take some; from then on it reads nothing, and is cut off.
    const status = async (): Promise<number> => {
      await clock.advance(30_000);
      return (await tested.request('/api/v2/status')).status;
    };
    await expect.poll(status, { timeout: 10_000 }).toBe(200);
    slow.destroy();
  });

  test('a reader that is slow but reads is not cut off', async () => {
    const clock = new FakeClock();
    const tested = await start({ clock });
    await tested.post(
      '/api/v2/alerts',
      Array.from({ length: 20_000 }, (_, i) => ({ labels: { alertname: `a${i}`, filler: 'x'.repeat(300) } })),
    );
    const { hostname, port } = new URL(tested.url);
    const slow = connect(Number(port), hostname);
    slow.write('GET /api/v2/alerts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    let bytes = 0;
    let reading = 0;
    for await (const chunk of slow) {
      bytes += (chunk as Buffer).length;
      if (bytes - reading < 2_000_000) continue;
      reading = bytes;
      await clock.advance(29_000);
    }
    expect(bytes).toBeGreaterThan(8_000_000);
  });

  test('what takes longer than --web.timeout is 503', async () => {
    const tested = await start({ clock: systemClock, http: { timeout: 50 } });
    tested.store.write = () => new Promise(() => {});
    const answer = await tested.post('/api/v2/alerts', [{ labels: { a: 'b' } }]);
    expect([answer.status, await answer.text()]).toEqual([503, 'Exceeded configured timeout of 50ms.\n']);
  });

  test('a client that does not finish its request is cut off', async () => {
    const limits = { ...DEFAULT_LIMITS, headersTimeout: 100, requestTimeout: 100 };
    const tested = await start({ http: { limits } });
    const { hostname, port } = new URL(tested.url);
    const slow = connect(Number(port), hostname);
    slow.write(
      'POST /api/v2/alerts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n[',
    );
    let answer = '';
    slow.on('data', (chunk) => {
      answer += chunk;
    });
    await once(slow, 'close');
    expect(answer).toContain('HTTP/1.1 408 Request Timeout');
    expect((await tested.request('/-/healthy')).status).toBe(200);
  });
});

describe('closing', () => {
  test('a request under way is finished, no new one is taken', async () => {
    const tested = await start();
    const write = Promise.withResolvers<void>();
    const writing = Promise.withResolvers<void>();
    tested.store.write = () => {
      writing.resolve();
      return write.promise;
    };
    const posting = tested.post('/api/v2/alerts', [{ labels: { a: 'b' } }]);
    await writing.promise;
    const closing = tested.http.close(60_000);
    await expect(fetch(`${tested.url}/-/healthy`)).rejects.toThrow('fetch failed');
    write.resolve();
    expect((await posting).status).toBe(200);
    await closing;
  });

  test('what is not done by the deadline is cut off', async () => {
    const clock = new FakeClock();
    const tested = await start({ clock });
    tested.store.write = () => new Promise(() => {});
    const posting = tested.post('/api/v2/alerts', [{ labels: { a: 'b' } }]).catch((error: Error) => error.message);
    await expect.poll(() => tested.metric('alertmanager_alerts_received_total{status="firing",version="v2"}')).toBe(1);
    const closing = tested.http.close(5_000);
    await clock.advance(5_000);
    await closing;
    expect(await posting).toBe('fetch failed');
  });
});
