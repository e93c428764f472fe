import { mkdtempSync, writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpConfig } from '../../src/config/types.ts';
import { createHttpClient } from '../../src/http-client/http-client.ts';
import { HttpClientError } from '../../src/http-client/http-client-error.ts';
import { secret } from '../receivers/support/email.ts';
import { httpConfig, oauth2Config } from '../receivers/support/http.ts';
import { expectNoSecrets } from '../receivers/support/no-secrets.ts';
import { failure, never } from '../receivers/support/until.ts';
import { certificates } from '../support/certificates.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type Answer, type ReceivedRequest, TestHttpServer } from '../support/http-server.ts';

const certs = certificates();
const folder = mkdtempSync(join(tmpdir(), 'tocsin-http-'));
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function start(answer?: (request: ReceivedRequest) => Answer, tls?: object): Promise<TestHttpServer> {
  const server = await TestHttpServer.start(answer, tls);
  open.push(server);
  return server;
}

function client(over: Partial<HttpConfig> = {}, clock = new FakeClock()) {
  const made = createHttpClient(httpConfig(over), clock);
  open.push(made);
  return (url: string, signal = never) =>
    made.request(
      { method: 'POST', url, headers: { 'Content-Type': 'application/json', 'User-Agent': 'test' }, body: '{}' },
      signal,
    );
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('a request', () => {
  it('carries method, headers and body, and brings status and body back', async () => {
    const server = await start(() => ({ status: 404, body: 'nothing here' }));
    expect(await client()(server.url('/a?b=c'))).toMatchObject({ status: 404, body: 'nothing here' });
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        url: '/a?b=c',
        body: '{}',
        headers: { 'content-type': 'application/json', 'user-agent': 'test', 'content-length': '2' },
      },
    ]);
  });

  it('reads 64 KiB of a response and says that there is more', async () => {
    const server = await start(() => ({ status: 500, body: 'x'.repeat(1_000_000) }));
    expect(await client()(server.url())).toMatchObject({ body: 'x'.repeat(65_536), truncated: true });
    server.answer = () => ({ status: 500, body: 'x'.repeat(65_536) });
    expect(await client()(server.url())).toMatchObject({ body: 'x'.repeat(65_536), truncated: false });
  });

  it('brings headers, and Retry-After as ms', async () => {
    const server = await start(() => ({ status: 429, headers: { 'Retry-After': '7', 'X-Limit': '1' } }));
    expect(await client()(server.url())).toMatchObject({ status: 429, headers: { 'x-limit': '1' }, retryAfter: 7_000 });
  });

  it("can be read piece by piece, and fails with the client's error when it is cut", async () => {
    const server = await start();
    let cut = (): void => {};
    server.server.removeAllListeners('request');
    server.server.on('request', (_request, response) => {
      response.write('one');
      cut = () => response.destroy();
    });
    const made = createHttpClient(httpConfig(), new FakeClock());
    open.push(made);
    const { status, body } = await made.stream({ method: 'GET', url: server.url('/s3cret'), headers: {} }, never);
    expect(status).toBe(200);
    const iterator = body[Symbol.asyncIterator]();
    expect(Buffer.from((await iterator.next()).value ?? '').toString()).toBe('one');
    cut();
    const error = await failure<HttpClientError>(iterator.next());
    expect(error).toBeInstanceOf(HttpClientError);
    expect([error.message, error.failure]).toEqual(['Get "<redacted>": the server closed the connection', 'network']);
  });

  it.each([
    ['basic_auth', { basicAuth: { username: 'u', password: secret('p') } }, { authorization: 'Basic dTpw' }],
    ['authorization', { authorization: { type: 'Bearer', credentials: secret('t') } }, { authorization: 'Bearer t' }],
    [
      'http_headers',
      { headers: new Map([['X-A', { values: ['1', '2'], secrets: [secret('s')], files: [] }]]) },
      { 'x-a': '1, 2, s' },
    ],
  ])('has what %s says', async (_name, over, headers) => {
    const server = await start();
    await client(over)(server.url());
    expect(server.requests[0]?.headers).toMatchObject(headers);
  });

  it('takes a login from the URL', async () => {
    const server = await start();
    await client()(server.url().replace('://', '://u:p%40@'));
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('u:p@').toString('base64')}`);
  });

  it('reads every file anew', async () => {
    const server = await start();
    const password = file('password', 'one\n');
    const header = file('header', ' h1 \n');
    const post = client({
      basicAuth: { username: { file: file('user', 'u\n') }, password: { file: password } },
      headers: new Map([['X-H', { values: [], secrets: [], files: [header] }]]),
    });
    await post(server.url());
    file('password', 'two');
    file('header', 'h2');
    await post(server.url());
    expect(server.requests.map(({ headers }) => [headers.authorization, headers['x-h']])).toEqual([
      [`Basic ${Buffer.from('u:one').toString('base64')}`, 'h1'],
      [`Basic ${Buffer.from('u:two').toString('base64')}`, 'h2'],
    ]);
  });

  it('is not made when a file is missing', async () => {
    const server = await start();
    const error = await failure(
      client({ authorization: { type: 'Bearer', credentials: { file: '/nowhere/token' } } })(server.url()),
    );
    expect(error).toMatchObject({ failure: 'credentials' });
    expect(error.message).toBe("read credentials: ENOENT: no such file or directory, open '/nowhere/token'");
    expect(server.requests).toEqual([]);
  });
});

describe('no answer', () => {
  it.each([
    ['nobody listening', () => 'http://127.0.0.1:1/path/s3cret', 'connect ECONNREFUSED 127.0.0.1:1'],
    ['no URL', () => 's3cret', 'invalid URL'],
    ['another scheme', () => 'ftp://x/s3cret', 'unsupported protocol scheme "ftp"'],
  ])('for %s', async (_name, url, text) => {
    const error = await failure<HttpClientError>(client()(url()));
    expect(error).toBeInstanceOf(HttpClientError);
    expect([error.message, error.failure]).toEqual([`Post "<redacted>": ${text}`, 'network']);
    expectNoSecrets(error, ['s3cret']);
  });

  it('for a connection that is cut', async () => {
    const server = await start(() => 'drop');
    const error = await failure(client()(server.url('/s3cret?s3cret')));
    expect(error).toBeInstanceOf(HttpClientError);
    expect(error.message).toBe('Post "<redacted>": the server closed the connection');
    expectNoSecrets(error, ['s3cret']);
  });

  it.each([
    [new Error('stopping'), 'Post "<redacted>": context canceled', 'canceled'],
    [new DOMException('too slow', 'TimeoutError'), 'Post "<redacted>": context deadline exceeded: too slow', 'timeout'],
  ])('for an attempt that is ended by %s', async (reason, text, failureReason) => {
    const server = await start(() => 'hang');
    const abort = new AbortController();
    const attempt = failure<HttpClientError>(client()(server.url(), abort.signal));
    await server.waitForRequests(1);
    abort.abort(reason);
    const error = await attempt;
    expect([error.message, error.failure]).toEqual([text, failureReason]);
  });
});

describe('redirects', () => {
  it.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', '{}'],
    [308, 'POST', '{}'],
  ])('%d is followed by %s', async (status, method, body) => {
    const server = await start(({ url }) => (url === '/a' ? { status, headers: { location: 'b?c' } } : 200));
    expect((await client()(server.url('/a'))).status).toBe(200);
    expect(server.requests[1]).toMatchObject({ method, url: '/b?c', body });
    expect(server.requests[1]?.headers['content-type']).toBe(method === 'GET' ? undefined : 'application/json');
  });

  it('are an answer where they are not to be followed, or lead nowhere', async () => {
    const server = await start(({ url }) => (url === '/a' ? { status: 302, headers: { location: '/b' } } : 302));
    expect((await client({ followRedirects: false })(server.url('/a'))).status).toBe(302);
    expect((await client()(server.url('/a'))).status).toBe(302);
  });

  it('end after ten requests', async () => {
    const server = await start(() => ({ status: 307, headers: { location: '/again' } }));
    expect((await failure(client()(server.url()))).message).toBe('Post "<redacted>": stopped after 10 redirects');
    expect(server.requests).toHaveLength(10);
  });

  it('do not lead out of HTTP', async () => {
    const server = await start(() => ({ status: 302, headers: { location: 'file:///etc/passwd' } }));
    expect((await failure(client()(server.url()))).message).toBe(
      'Post "<redacted>": unsupported protocol scheme "file"',
    );
  });

  it('take no credentials to another host', async () => {
    const target = await start();
    const server = await start(({ url }) => ({
      status: 307,
      headers: { location: url === '/a' ? '/b' : target.url('/c') },
    }));
    const post = client({
      authorization: { type: 'Bearer', credentials: secret('t0ken') },
      headers: new Map([['X-H', { values: ['open'], secrets: [secret('h1dden')], files: [] }]]),
    });
    await post(server.url('/a'));
    expect(server.requests.map(({ headers }) => [headers.authorization, headers['x-h']])).toEqual([
      ['Bearer t0ken', 'open, h1dden'],
      ['Bearer t0ken', 'open, h1dden'],
    ]);
    expect(target.requests.map(({ headers }) => [headers.authorization, headers['x-h']])).toEqual([
      [undefined, 'open'],
    ]);
  });
});

describe('TLS', () => {
  const serve = (certificate = certs.good, more = {}) =>
    start(undefined, { cert: certificate.cert, key: certificate.key, ...more });
  const trust = { ca: certs.ca.cert, insecureSkipVerify: false };

  it('trusts its own CA, and reads its file anew', async () => {
    const server = await serve();
    const caFile = file('ca.pem', certs.selfSigned.cert);
    const post = client({ tls: { caFile, insecureSkipVerify: false } });
    expect((await failure(post(server.url()))).message).toMatch(
      /^Post "<redacted>": the server's certificate is not trusted/,
    );
    file('ca.pem', certs.ca.cert);
    expect((await post(server.url())).status).toBe(200);
  });

  it.each([
    ['expired', certs.expired, "the server's certificate has expired"],
    ['for another name', certs.wrongHost, "the server's certificate is for another name"],
  ])('refuses a certificate that is %s', async (_name, certificate, text) => {
    const server = await serve(certificate);
    const error = await failure(client({ tls: trust })(server.url()));
    expect(error).toBeInstanceOf(HttpClientError);
    expect(error.message).toContain(`Post "<redacted>": ${text}`);
  });

  it.each([
    ['server_name', certs.wrongHost, { ...trust, serverName: 'wrong.example' }],
    ['insecure_skip_verify', certs.selfSigned, { insecureSkipVerify: true }],
  ])('goes by %s', async (_name, certificate, tls) => {
    const server = await serve(certificate);
    expect((await client({ tls })(server.url())).status).toBe(200);
  });

  it('shows a client certificate', async () => {
    const server = await serve(certs.good, { ca: certs.ca.cert, requestCert: true, rejectUnauthorized: true });
    const tls = { ...trust, certFile: certs.client.certFile, key: { file: certs.client.keyFile } };
    expect((await client({ tls })(server.url())).status).toBe(200);
    expect(await failure(client({ tls: trust })(server.url()))).toBeInstanceOf(HttpClientError);
  });

  it.each([
    [true, '2.0'],
    [false, '1.1'],
  ])('speaks HTTP/2 where enable_http2 is %s and the server does', async (enableHttp2, version) => {
    const versions: string[] = [];
    const server = createSecureServer(
      { cert: certs.good.cert, key: certs.good.key, allowHTTP1: true },
      (request, response) => {
        versions.push(request.httpVersion);
        response.end('ok');
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
    const { port } = server.address() as AddressInfo;
    expect(await client({ enableHttp2, tls: trust })(`https://127.0.0.1:${port}/`)).toMatchObject({
      status: 200,
      body: 'ok',
    });
    expect(versions).toEqual([version]);
  });
});

describe('a proxy', () => {
  it('gets plain requests whole, with its login', async () => {
    const proxy = await start();
    const url = `http://u:p@127.0.0.1:${proxy.port}`;
    await client({ proxy: { url, noProxy: '', fromEnvironment: false, connectHeader: new Map() } })(
      'http://hook.example/x?y',
    );
    expect(proxy.requests).toMatchObject([
      {
        method: 'POST',
        url: 'http://hook.example/x?y',
        body: '{}',
        headers: { host: 'hook.example', 'proxy-authorization': 'Basic dTpw' },
      },
    ]);
  });

  it('tunnels TLS, with proxy_connect_header', async () => {
    const target = await start(undefined, { cert: certs.good.cert, key: certs.good.key });
    const proxy = await start();
    const seen: unknown[] = [];
    proxy.server.on('connect', (request, socket) => {
      seen.push([request.url, request.headers['x-pass']]);
      const onward = connect(target.port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      onward.pipe(socket).pipe(onward);
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    const connectHeader = new Map([['X-Pass', [secret('s3cret')]]]);
    const tls = { ca: certs.ca.cert, insecureSkipVerify: false, serverName: 'localhost' };
    const post = client({ tls, proxy: { url: proxy.url(), noProxy: '', fromEnvironment: false, connectHeader } });
    expect((await post('https://hook.example/x')).status).toBe(200);
    expect(seen).toEqual([['hook.example:443', 's3cret']]);
    expect(target.requests).toMatchObject([{ url: '/x', headers: { host: 'hook.example' } }]);
    expect(target.requests[0]?.headers['x-pass']).toBeUndefined();
  });
});

describe('a SOCKS proxy', () => {
  /** SOCKS 5 (RFC 1928), with a login (RFC 1929) where it is asked for one; the target is always `port`. */
  async function startSocks(port: number) {
    const seen: string[] = [];
    const proxy = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', ([, , method]) => {
        const negotiated = (): void => {
          socket.once('data', (request) => {
            const name = request.subarray(5, 5 + (request[4] ?? 0)).toString();
            seen.push(`${name}:${request.readUInt16BE(request.length - 2)}`);
            const onward = connect(port, '127.0.0.1', () => {
              socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
              onward.pipe(socket).pipe(onward);
            });
            onward.on('error', () => socket.destroy());
          });
        };
        socket.write(Buffer.from([5, method ?? 0]));
        if (method !== 2) negotiated();
        else {
          socket.once('data', (login) => {
            seen.push(login.toString('latin1').slice(1));
            socket.write(Buffer.from([1, 0]));
            negotiated();
          });
        }
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => proxy.close(() => resolve())) });
    return { seen, port: (proxy.address() as AddressInfo).port };
  }

  it.each(['http', 'https'])('carries %s', async (scheme) => {
    const target = await start(
      undefined,
      scheme === 'https' ? { cert: certs.good.cert, key: certs.good.key } : undefined,
    );
    const socks = await startSocks(target.port);
    const tls = { ca: certs.ca.cert, insecureSkipVerify: false, serverName: 'localhost' };
    const url = `socks5://127.0.0.1:${socks.port}`;
    const post = client({ tls, proxy: { url, noProxy: '', fromEnvironment: false, connectHeader: new Map() } });
    expect((await post(`${scheme}://hook.example:8443/x`)).status).toBe(200);
    expect(socks.seen).toEqual(['hook.example:8443']);
    expect(target.requests).toMatchObject([{ url: '/x', headers: { host: 'hook.example:8443' } }]);
  });
});

describe('oauth2', () => {
  const token = (more: object = {}) => ({
    status: 200,
    body: JSON.stringify({ access_token: 't1', token_type: 'bearer', ...more }),
  });

  async function setUp(answer: (request: ReceivedRequest) => Answer, over = {}, clock = new FakeClock()) {
    const tokens = await start(answer);
    const server = await start();
    const oauth2 = oauth2Config({ tokenUrl: tokens.url('/token'), clientSecret: secret('cl1ent-secret'), ...over });
    const post = client({ oauth2 }, clock);
    return { tokens, server, clock, post: () => post(server.url()) };
  }

  it('gets a token by client credentials and uses it until shortly before its end', async () => {
    const { tokens, server, clock, post } = await setUp(() => token({ expires_in: 60 }), {
      scopes: ['a', 'b'],
      endpointParams: new Map([['audience', 'hooks']]),
    });
    await post();
    await post();
    expect(tokens.requests).toMatchObject([
      {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from('tocsin:cl1ent-secret').toString('base64')}` },
        body: 'grant_type=client_credentials&scope=a+b&audience=hooks',
      },
    ]);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t1']);
    clock.jump(49_999);
    await post();
    expect(tokens.requests).toHaveLength(1);
    clock.jump(1);
    await post();
    expect(tokens.requests).toHaveLength(2);
  });

  it('asks once for requests made at once', async () => {
    const { tokens, post } = await setUp(() => token());
    await Promise.all([post(), post(), post()]);
    expect(tokens.requests).toHaveLength(1);
  });

  it('puts the credentials into the body for a server that wants them there, and remembers it', async () => {
    const answer = ({ headers }: ReceivedRequest) => (headers.authorization ? 401 : token({ expires_in: 20 }));
    const { tokens, clock, post } = await setUp(answer);
    await post();
    clock.jump(15_000);
    await post();
    expect(tokens.requests.map(({ headers }) => headers.authorization !== undefined)).toEqual([true, false, false]);
    expect(tokens.requests[2]?.body).toBe('grant_type=client_credentials&client_id=tocsin&client_secret=cl1ent-secret');
  });

  it('gets a new one when the other side refuses it or the secret changes', async () => {
    const clientSecret = { file: file('client-secret', 'one') };
    const { tokens, server, post } = await setUp(() => token(), { clientSecret });
    await post();
    server.answer = () => 401;
    await post();
    await post();
    expect(tokens.requests).toHaveLength(2);
    server.answer = () => 200;
    await post();
    file('client-secret', 'two');
    await post();
    expect(tokens.requests).toHaveLength(4);
  });

  it.each<[string, Answer, string]>([
    [
      'an error',
      { status: 401, body: '{"error":"invalid_client","error_description":"unknown\\nclient"}' },
      'status code 401: invalid_client: unknown client',
    ],
    ['an error without words', 500, 'status code 500'],
    ['no token', { status: 200, body: '<html>s3cret</html>' }, 'status code 200'],
    ['no answer', 'drop', 'the server closed the connection'],
  ])('that answers with %s is worth another attempt', async (_name, answer, text) => {
    const { server, post } = await setUp(() => answer);
    const error = await failure<HttpClientError>(post());
    expect(error).toBeInstanceOf(HttpClientError);
    expect([error.message, error.failure]).toEqual([`Post "<redacted>": oauth2: cannot fetch token: ${text}`, 'token']);
    expect(server.requests).toEqual([]);
    expectNoSecrets(error, ['cl1ent-secret', 's3cret']);
  });
});
