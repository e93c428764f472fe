import { describe, expect, test } from 'vitest';
import type { HttpConfig } from '../../src/config/types.ts';
import { integrationOf, problemsOf, withReceiver } from './support.ts';

function http(yaml: string, global = ''): HttpConfig {
  const entry = yaml === '' ? '{url: "http://x/"}' : `{url: "http://x/", http_config: ${yaml}}`;
  return integrationOf<{ http: HttpConfig }>(withReceiver(`  webhook_configs: [${entry}]`, global)).http;
}

const NOTHING = {
  tls: { insecureSkipVerify: false },
  followRedirects: true,
  enableHttp2: true,
  proxy: { noProxy: '', fromEnvironment: false, connectHeader: new Map() },
  headers: new Map(),
};

describe('http_config', () => {
  test('has defaults', () => {
    expect(http('')).toEqual(NOTHING);
    expect(http('{}')).toEqual(NOTHING);
  });

  test('is inherited as a whole or not at all', () => {
    const global = 'global: {http_config: {follow_redirects: false, proxy_url: "http://p:1"}}';
    expect(http('', global)).toMatchObject({ followRedirects: false, proxy: { url: 'http://p:1' } });
    expect(http('{enable_http2: false}', global)).toEqual({ ...NOTHING, enableHttp2: false });
  });

  test('reads every way to authenticate', () => {
    const basic = http('{basic_auth: {username: u, password: p}}').basicAuth;
    expect(basic?.username).toBe('u');
    expect(basic?.password && 'value' in basic.password && basic.password.value.reveal()).toBe('p');
    expect(http('{basic_auth: {username_file: u, password_file: /p}}').basicAuth).toEqual({
      username: { file: '/etc/tocsin/u' },
      password: { file: '/p' },
    });
    expect(http('{authorization: {credentials_file: c}}').authorization).toEqual({
      type: 'Bearer',
      credentials: { file: '/etc/tocsin/c' },
    });
    expect(http('{authorization: {type: " Token "}}').authorization).toEqual({ type: 'Token' });
    expect(http('{bearer_token_file: b}').authorization).toEqual({
      type: 'Bearer',
      credentials: { file: '/etc/tocsin/b' },
    });
    const oauth2 =
      '{client_id: i, client_secret_file: s, token_url: "https://t/", scopes: [a], endpoint_params: {p: q}}';
    expect(http(`{oauth2: ${oauth2}}`).oauth2).toEqual({
      clientId: 'i',
      clientSecret: { file: '/etc/tocsin/s' },
      tokenUrl: 'https://t/',
      scopes: ['a'],
      endpointParams: new Map([['p', 'q']]),
      tls: NOTHING.tls,
      proxy: NOTHING.proxy,
    });
  });

  test('reads TLS, proxy and headers; files are relative to the configuration', () => {
    const tls =
      '{ca_file: ca, cert_file: c, key_file: k, server_name: s, insecure_skip_verify: true, min_version: TLS12}';
    const config = http(
      `{tls_config: ${tls}, proxy_url: "http://u:p@proxy:1", no_proxy: x, proxy_connect_header: {A: [s]}, ` +
        'http_headers: {X-A: {values: [v], secrets: [s], files: [f]}}}',
    );
    expect(config.tls).toEqual({
      caFile: '/etc/tocsin/ca',
      certFile: '/etc/tocsin/c',
      key: { file: '/etc/tocsin/k' },
      serverName: 's',
      insecureSkipVerify: true,
      minVersion: 'TLSv1.2',
    });
    expect(config.proxy).toMatchObject({ url: 'http://u:p@proxy:1', noProxy: 'x', fromEnvironment: false });
    expect([...config.proxy.connectHeader.keys()]).toEqual(['A']);
    expect(config.headers.get('X-A')).toMatchObject({ values: ['v'], files: ['/etc/tocsin/f'] });
  });

  const oauth2 = 'client_id: i, token_url: "http://t/"';
  test.each([
    [
      '{basic_auth: {username: a, username_file: b}}',
      'at most one of basic_auth username, username_file & username_ref must be configured',
    ],
    [
      '{basic_auth: {password: a, password_file: b}}',
      'at most one of basic_auth password, password_file & password_ref must be configured',
    ],
    ['{basic_auth: {password_ref: a}}', 'cannot use secret ref without manager: use password_file'],
    ['{authorization: {type: Basic}}', 'authorization type cannot be set to "basic", use "basic_auth" instead'],
    [
      '{authorization: {credentials: a, credentials_file: b}}',
      'at most one of authorization credentials & credentials_file must be configured',
    ],
    ['{bearer_token: a, bearer_token_file: b}', 'at most one of bearer_token & bearer_token_file must be configured'],
    [`{oauth2: {token_url: "http://t/"}}`, 'oauth2 client_id must be configured'],
    [`{oauth2: {client_id: i}}`, 'oauth2 token_url must be configured'],
    [
      `{oauth2: {${oauth2}, client_secret: a, client_secret_file: b}}`,
      'at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be configured',
    ],
    [`{oauth2: {${oauth2}, no_proxy: a}}`, 'if no_proxy is configured, proxy_url must also be configured'],
    ['{basic_auth: {}, authorization: {}}', 'at most one of basic_auth, oauth2 & authorization must be configured'],
    ['{authorization: {}, bearer_token: a}', 'authorization is not compatible with bearer_token & bearer_token_file'],
    [
      '{basic_auth: {}, bearer_token: a}',
      'at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured',
    ],
    [
      '{proxy_from_environment: true, proxy_url: "http://p"}',
      'if proxy_from_environment is configured, proxy_url must not be configured',
    ],
    [
      '{proxy_from_environment: true, no_proxy: a}',
      'if proxy_from_environment is configured, no_proxy must not be configured',
    ],
    ['{no_proxy: a}', 'if no_proxy is configured, proxy_url must also be configured'],
    [
      '{proxy_connect_header: {a: [b]}}',
      'if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured',
    ],
    ['{http_headers: {content-type: {values: [a]}}}', 'setting header "Content-Type" is not allowed'],
    ['{tls_config: {ca: a, ca_file: b}}', 'at most one of ca, ca_file & ca_ref must be configured'],
    ['{tls_config: {cert: a, cert_file: b, key: c}}', 'at most one of cert, cert_file & cert_ref must be configured'],
    ['{tls_config: {cert: a, key: c, key_file: b}}', 'at most one of key and key_file must be configured'],
    [
      '{tls_config: {cert: a}}',
      'exactly one of key or key_file must be configured when a client certificate is configured',
    ],
    ['{tls_config: {key: a}}', 'exactly one of cert or cert_file must be configured when a client key is configured'],
    ['{tls_config: {security_level: 6}}', 'expected a security level of OpenSSL, from 0 to 5'],
    [
      '{tls_config: {min_version: TLS13, max_version: TLS12}}',
      'tls_config.max_version must be greater than or equal to tls_config.min_version',
    ],
    ['{folow_redirects: true}', 'unknown key: folow_redirects (did you mean follow_redirects?)'],
  ])('%s', (yaml, problem) => {
    const problems = problemsOf(withReceiver(`  webhook_configs: [{url: "http://x/", http_config: ${yaml}}]`));
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });
});
