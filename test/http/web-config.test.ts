import { once } from 'node:events';
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { type Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { hashSync } from 'bcryptjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/http/options.ts';
import { loadWebConfig } from '../../src/http/web-config/web-config.ts';
import { certificates } from '../support/certificates.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { CONFIG, TestServer } from './test-server.ts';

const HASH = hashSync('secret', 4);

let folder: string;
let file: string;
let clock: FakeClock;
let server: TestServer | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-web-'));
  file = join(folder, 'web.yml');
  clock = new FakeClock();
});

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(text: string): Promise<TestServer> {
  writeFileSync(file, text);
  server = await TestServer.start({ clock, http: { webConfigFile: file } });
  return server;
}

function basic(user: string, password: string): RequestInit {
  return { headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` } };
}

describe('the file', () => {
  test.each([
    ['nonsense: 1', '1:1: nonsense: unknown key: nonsense (expected one of'],
    ['tls_server_config: { key_file: k }', '1:20: tls_server_config: missing one of cert or cert_file'],
    ['tls_server_config: { cert_file: c }', '1:20: tls_server_config: missing one of key or key_file'],
    [
      'tls_server_config: { cert_file: c, key_file: k, client_ca_file: a }',
      "1:20: tls_server_config: client CA's have been configured without a Client Auth Policy",
    ],
    ['basic_auth_users: { u: plain }', '1:24: basic_auth_users.u: not a bcrypt hash'],
    ['http_server_config: { headers: { X-Foo: 1 } }', '1:34: http_server_config.headers.X-Foo: unknown key: X-Foo'],
    [
      'http_server_config: { headers: { X-Frame-Options: maybe } }',
      '1:51: http_server_config.headers.X-Frame-Options: expected deny or sameorigin, found maybe',
    ],
  ])('%s', (text, message) => {
    writeFileSync(file, text);
    expect(() => loadWebConfig(file)).toThrow(`${file}:${message}`);
  });

  test('a file that is not there', () => {
    expect(() => loadWebConfig(join(folder, 'none'))).toThrow(
      new Error(`--web.config.file: ${join(folder, 'none')}: no such file`),
    );
    expect(() => loadWebConfig(folder)).toThrow(new Error(`--web.config.file: ${folder}: is a directory, not a file`));
  });

  test('a certificate that is not there stops the start', async () => {
    await expect(start('tls_server_config: { cert_file: c, key_file: k }')).rejects.toThrow(
      new Error(`tls_server_config.cert_file: ${join(folder, 'c')}: no such file`),
    );
  });
});

describe('users', () => {
  const CONFIG = `basic_auth_users: { alice: '${HASH}' }`;

  test('every path asks for them', async () => {
    const { url } = await start(CONFIG);
    for (const path of ['/-/healthy', '/metrics', '/api/v2/status', '/nope']) {
      const answer = await fetch(url + path);
      expect([answer.status, answer.headers.get('www-authenticate'), await answer.text()]).toEqual([
        401,
        'Basic',
        'Unauthorized\n',
      ]);
    }
    expect((await fetch(`${url}/-/healthy`, basic('alice', 'secret'))).status).toBe(200);
    expect((await fetch(`${url}/-/healthy`, basic('alice', 'secret'))).status).toBe(200);
    expect((await fetch(`${url}/-/healthy`, basic('alice', 'wrong'))).status).toBe(401);
    expect((await fetch(`${url}/-/healthy`, basic('bob', 'secret'))).status).toBe(401);
    // The password of the hash that unknown users are compared with.
    expect((await fetch(`${url}/-/healthy`, basic('bob', 'fakepassword'))).status).toBe(401);
  });

  test('a changed file acts at once; a broken one refuses everything until it is mended', async () => {
    const { url } = await start(CONFIG);
    const status = (login: RequestInit = {}): Promise<number> =>
      fetch(`${url}/-/healthy`, login).then((answer) => answer.status);
    expect(await status()).toBe(401);
    writeFileSync(file, 'nonsense: 1');
    expect(await status()).toBe(500);
    writeFileSync(file, CONFIG.replace('alice', 'bob'));
    expect(await status(basic('bob', 'secret'))).toBe(200);
    expect(await status(basic('alice', 'secret'))).toBe(401);
  });

  test.each(['', '# nothing', 'rate_limit: { interval: 1ms, burst: 9 }', 'basic_auth_users: {}', '{'])(
    'a file that loses its users while it is in use (%j) opens nothing',
    async (text) => {
      const { url, log } = await start(CONFIG);
      writeFileSync(file, text);
      const answer = await fetch(`${url}/api/v2/status`);
      expect([answer.status, await answer.text()]).toEqual([500, 'Internal Server Error\n']);
      expect((await fetch(`${url}/api/v2/status`, basic('alice', 'secret'))).status).toBe(500);
      expect(log.join('')).toContain('msg="The web configuration file is invalid; all requests are refused"');
      writeFileSync(file, CONFIG);
      expect((await fetch(`${url}/api/v2/status`)).status).toBe(401);
      expect((await fetch(`${url}/api/v2/status`, basic('alice', 'secret'))).status).toBe(200);
    },
  );

  test('requests without a login do not use up the rate of those who have one', async () => {
    const { url } = await start(`${CONFIG}\nrate_limit: { interval: 1h, burst: 2 }`);
    for (let i = 0; i < 3; i++) expect((await fetch(`${url}/-/healthy`)).status).toBe(401);
    for (const status of [200, 200, 429]) {
      expect((await fetch(`${url}/-/healthy`, basic('alice', 'secret'))).status).toBe(status);
    }
  });
});

describe("users and the sources' own credentials", () => {
  const SOURCES = `${CONFIG}sources:
  rhacs: { auth: { basic: { username: rhacs, password: 'own' } } }
  prometheus: { auth: { basic: { username: prom, password: 'own' } } }
`;
  const post = (path: string, login: RequestInit = {}): Promise<number> =>
    fetch(server?.url + path, {
      method: 'POST',
      body: '[]',
      headers: { 'content-type': 'application/json', ...(login.headers as Record<string, string>) },
    }).then(({ status }) => status);

  test.each(['/', '/prefix'])('a source with a login of its own asks for that alone, below %s', async (routePrefix) => {
    writeFileSync(file, `basic_auth_users: { alice: '${HASH}' }`);
    server = await TestServer.start({ clock, config: SOURCES, http: { webConfigFile: file, routePrefix } });
    const at = (path: string): string => (routePrefix === '/' ? path : routePrefix + path);
    const alice = basic('alice', 'secret');
    const statuses = [
      await post(at('/webhooks/rhacs'), basic('rhacs', 'own')),
      await post(at('/webhooks/rhacs'), alice),
      await post(at('/webhooks/rhacs')),
      await post(at('/api/v2/alerts'), basic('prom', 'own')),
      await post(at('/api/v2/alerts'), alice),
      // No login of its own: the users'.
      await post(at('/webhooks/alertmanager')),
      await post(at('/webhooks/alertmanager'), basic('rhacs', 'own')),
      await post(at('/webhooks/alertmanager'), alice),
      // The same paths with a slash.
      await post(at('/api/v2/alerts/'), basic('prom', 'own')),
      await post(at('/webhooks/rhacs/'), basic('rhacs', 'own')),
      await post(at('/webhooks/../api/v2/silences'), basic('rhacs', 'own')),
    ];
    expect(statuses).toEqual([400, 401, 401, 200, 401, 401, 401, 400, 200, 400, 401]);
    for (const path of ['/api/v2/alerts', '/webhooks/rhacs']) {
      expect((await fetch(server.url + at(path), basic('prom', 'own'))).status).toBe(401);
    }
    expect((await fetch(server.url + at('/api/v2/alerts'), alice)).status).toBe(200);
  });

  test('failed logins are in the log, once a minute', async () => {
    const { url, log } = await start(`basic_auth_users: { alice: '${HASH}' }`);
    expect((await fetch(url)).status).toBe(401);
    for (let i = 0; i < 3; i++) expect((await fetch(url, basic('alice', 'wrong'))).status).toBe(401);
    await clock.advance(60_000);
    expect((await fetch(url, basic('mallory', 'x'))).status).toBe(401);
    const line = 'level=WARN msg="Login refused" component=web err="unknown user or wrong password" remote=127.0.0.1';
    const logged = log.filter((text) => text.includes('Login')).map((text) => text.replace(/^time=\S+ /, ''));
    expect(logged).toEqual([`${line}\n`, `${line} suppressed=2\n`]);
  });
});

test('headers go out with every answer', async () => {
  const { url } = await start(
    'http_server_config: { headers: { X-Frame-Options: deny, Strict-Transport-Security: max-age=1 } }',
  );
  const { headers } = await fetch(`${url}/-/healthy`);
  expect([headers.get('x-frame-options'), headers.get('strict-transport-security')]).toEqual(['deny', 'max-age=1']);
});

test('requests beyond the rate are 429', async () => {
  const { url } = await start('rate_limit: { interval: 10s, burst: 2 }');
  const statuses = async (count: number): Promise<number[]> => {
    const answers: number[] = [];
    for (let i = 0; i < count; i++) answers.push((await fetch(`${url}/-/healthy`)).status);
    return answers;
  };
  expect(await statuses(3)).toEqual([200, 200, 429]);
  clock.jump(10_000);
  expect(await statuses(2)).toEqual([200, 429]);
});

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

function get(options: RequestOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const port = new URL(server?.url ?? '').port;
    const sent = httpsRequest(
      { host: '127.0.0.1', port, path: '/-/healthy', ...options, agent: false as unknown as Agent },
      (answer) => {
        let body = '';
        answer.on('data', (chunk) => {
          body += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, body }));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

test.each(['tls_server_config: {}', 'tls_server_config:', 'tls_server_config: { min_version: TLS13 }'])(
  '%s means no TLS, as in Alertmanager',
  async (text) => {
    const { url, log } = await start(text);
    expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
    expect(log.join('')).toContain('msg="TLS is disabled."');
  },
);

describe('TLS', () => {
  const pems = certificates();
  const trust = { ca: pems.ca.cert };
  const serving = (more = ''): string =>
    `tls_server_config: { cert_file: ${pems.good.certFile}, key_file: ${pems.good.keyFile}${more} }\n`;

  test.each(['', 'http_server_config: { http2: true }'])('serves HTTP/1.1, and the log says so (%s)', async (more) => {
    const { log, url } = await start(serving() + more);
    expect(log.join('')).toMatch(/msg="TLS is enabled\." http2=false address=127\.0\.0\.1:\d+/);
    expect(await get(trust)).toEqual({ status: 200, body: 'OK' });
    const socket = tlsConnect({
      port: Number(new URL(url).port),
      host: '127.0.0.1',
      ...trust,
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    await once(socket, 'secureConnect');
    expect(socket.alpnProtocol).toBe('http/1.1');
    socket.destroy();
  });

  test('a handshake that never begins ends in time', async () => {
    writeFileSync(file, serving());
    const limits = { ...DEFAULT_LIMITS, headersTimeout: 200 };
    server = await TestServer.start({ clock, http: { webConfigFile: file, limits } });
    const silent = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(silent, 'close');
    expect((await get(trust)).status).toBe(200);
  });

  test('a renewed certificate is used for the next connection; a broken one is not', async () => {
    const cert = join(folder, 'cert.pem');
    const key = join(folder, 'key.pem');
    copyFileSync(pems.wrongHost.certFile, cert);
    copyFileSync(pems.wrongHost.keyFile, key);
    const { log } = await start('tls_server_config: { cert_file: cert.pem, key_file: key.pem }');
    await expect(get(trust)).rejects.toThrow('does not match certificate');
    copyFileSync(pems.good.certFile, cert);
    copyFileSync(pems.good.keyFile, key);
    expect((await get(trust)).status).toBe(200);
    writeFileSync(cert, 'nonsense');
    expect((await get(trust)).status).toBe(200);
    expect(log.join('')).toContain('msg="The changed TLS files cannot be used; the previous ones stay in use"');
  });

  const client = { cert: pems.client.cert, key: pems.client.key };
  const stranger = { cert: pems.selfSigned.cert, key: pems.selfSigned.key };
  const clientCa = (type: string, more = ''): string =>
    serving(`, client_ca_file: ${pems.ca.certFile}, client_auth_type: ${type}${more}`);

  test.each([
    ['RequireAndVerifyClientCert', false, true, false],
    ['VerifyClientCertIfGiven', true, true, false],
    ['RequireAnyClientCert', false, true, true],
    ['RequestClientCert', true, true, true],
    ['NoClientCert', true, true, true],
  ])('client_auth_type %s: none %s, known %s, stranger %s', async (type, none, known, strange) => {
    await start(clientCa(type));
    const passes = async (credentials: object): Promise<boolean> =>
      get({ ...trust, ...credentials, maxVersion: 'TLSv1.2' }).then(
        ({ status }) => status === 200,
        () => false,
      );
    expect([await passes({}), await passes(client), await passes(stranger)]).toEqual([none, known, strange]);
  });

  test('client_allowed_sans', async () => {
    await start(clientCa('RequireAndVerifyClientCert', ', client_allowed_sans: [other.example, client.example]'));
    expect((await get({ ...trust, ...client })).status).toBe(200);
    await expect(get({ ...trust, cert: pems.good.cert, key: pems.good.key })).rejects.toThrow();
    expect(server?.log.join('')).toContain("none of the names in the client's certificate is in client_allowed_sans");
  });

  test('versions, ciphers and curves are as asked for', async () => {
    const { url } = await start(
      serving(
        ', min_version: TLS12, max_version: TLS12, cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384], curve_preferences: [CurveP384]',
      ),
    );
    const socket = tlsConnect({ port: Number(new URL(url).port), host: '127.0.0.1', ...trust });
    await once(socket, 'secureConnect');
    expect(socket.getProtocol()).toBe('TLSv1.2');
    expect(socket.getCipher().standardName).toBe('TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384');
    expect(socket.getEphemeralKeyInfo()).toMatchObject({ name: 'secp384r1' });
    socket.destroy();
  });

  test.each([
    ['min_version: TLS14', 'unknown TLS version: TLS14 (expected one of TLS10, TLS11, TLS12, TLS13)'],
    [
      'curve_preferences: [P1]',
      'unknown curve: P1 (expected one of CurveP256, CurveP384, CurveP521, X25519, X25519MLKEM768)',
    ],
    ['cipher_suites: [x]', 'unknown cipher: x'],
    ['client_auth_type: Perhaps', 'unknown client_auth_type: Perhaps (expected one of'],
  ])('%s stops the start', async (setting, message) => {
    await expect(start(serving(`, ${setting}`))).rejects.toThrow(message);
  });
});
