import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runCommand } from '../../src/cli/command.ts';
import { health, healthCommand } from '../../src/cli/health-check.ts';
import { TestServer, type TestServerOptions } from '../http/test-server.ts';
import { certificates } from '../support/certificates.ts';

const pems = certificates();
const TLS = `cert_file: ${pems.good.certFile}, key_file: ${pems.good.keyFile}`;
const USERS = `basic_auth_users: { alice: '${hashSync('s:cret', 4)}' }\n`;

let server: TestServer | undefined;
let file: string;

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'tocsin-health-')), 'web.yml');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  server = undefined;
});

/** @param webConfig what --web.config.file holds @returns the server's port */
async function start(webConfig = '', options: TestServerOptions = {}): Promise<string> {
  writeFileSync(file, webConfig);
  server = await TestServer.start({ ...options, http: { webConfigFile: webConfig && file, ...options.http } });
  return new URL(server.url).port;
}

async function ask(...args: string[]): Promise<[code: number, stderr: string]> {
  return run(args);
}

/** @param port that is asked without a URL, in place of 9093 */
async function askAt(port: string): Promise<[code: number, stderr: string]> {
  return run([], `http://127.0.0.1:${port}/-/healthy`);
}

async function run(args: string[], standard?: string): Promise<[code: number, stderr: string]> {
  let stderr = '';
  const out = { stdout: process.stdout, stderr: { write: (text: string) => (stderr += text) } };
  const code = await runCommand(standard === undefined ? health : healthCommand(standard), args, out);
  return [code, stderr];
}

const HINT = 'see tocsin health --help\n';

describe('with a URL', () => {
  test('plain: well, ill and not there', async () => {
    let troubles: string[] = [];
    const port = await start('', { troubles: () => troubles });
    const url = `http://127.0.0.1:${port}/-/healthy`;
    expect(await ask(url)).toEqual([0, '']);
    vi.stubEnv('TOCSIN_HEALTH_URL', url);
    expect(await ask()).toEqual([0, '']);
    troubles = ['the disk is full'];
    expect(await ask()).toEqual([
      1,
      `tocsin: not healthy: http://127.0.0.1:${port} answered 503 the disk is full; ${HINT}`,
    ]);
    await server?.close();
    const [code, stderr] = await ask();
    server = undefined;
    expect([code, stderr]).toEqual([
      1,
      `tocsin: not healthy: http://127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}; ${HINT}`,
    ]);
  });

  test('users: 401 is life, credentials see the trouble, and nobody sees the credentials', async () => {
    const port = await start(USERS, { troubles: () => ['the disk is full'] });
    expect(await ask(`http://127.0.0.1:${port}/-/healthy`)).toEqual([0, '']);
    expect(await ask(`http://alice:s%3Acret@127.0.0.1:${port}/-/healthy`)).toEqual([
      1,
      `tocsin: not healthy: http://127.0.0.1:${port} answered 503 the disk is full; ${HINT}`,
    ]);
  });

  test.each([
    ['a certificate that nobody here knows', `tls_server_config: { ${TLS} }`],
    [
      'certificates of clients',
      `tls_server_config: { ${TLS}, client_ca_file: ${pems.ca.certFile}, client_auth_type: RequireAndVerifyClientCert }`,
    ],
    [
      'certificates of clients, TLS 1.2',
      `tls_server_config: { ${TLS}, client_ca_file: ${pems.ca.certFile}, client_auth_type: RequireAndVerifyClientCert, max_version: TLS12 }`,
    ],
  ])('TLS: %s', async (_what, config) => {
    const port = await start(config);
    expect(await ask(`https://127.0.0.1:${port}/-/healthy`)).toEqual([0, '']);
  });

  test('what is no URL', async () => {
    expect(await ask('9093')).toEqual([1, `tocsin: not healthy: not a URL; ${HINT}`]);
  });
});

describe('without one: a port that is known', () => {
  test.each<[string, string, TestServerOptions['http']]>([
    ['plain', '', {}],
    ['below a prefix', '', { routePrefix: '/a/b' }],
    ['TLS', `tls_server_config: { ${TLS} }`, {}],
    ['TLS and users below a prefix', `tls_server_config: { ${TLS} }\n${USERS}`, { routePrefix: '/a/b' }],
  ])('%s', async (_what, config, http) => {
    const port = await start(config, { http: http ?? {} });
    expect(await askAt(port)).toEqual([0, '']);
  });

  test('nobody there: names the URL that was tried first', async () => {
    const port = await start();
    await server?.close();
    server = undefined;
    expect(await askAt(port)).toEqual([
      1,
      `tocsin: not healthy: http://127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}; ${HINT}`,
    ]);
  });

  test('somebody who speaks neither: answered how both tries ended', async ({ onTestFinished }) => {
    const mute = createServer((socket) => socket.end('220 mx.example.org ESMTP\r\n'));
    onTestFinished(() => void mute.close());
    await once(mute.listen(0, '127.0.0.1'), 'listening');
    const { port } = mute.address() as AddressInfo;
    const [code, stderr] = await askAt(`${port}`);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        new RegExp(`^tocsin: not healthy: http://127\\.0\\.0\\.1:${port}: Parse Error: .*; by https: .*; ${HINT}$`),
      ),
    ]);
  });
});
