import { describe, expect, test } from 'vitest';
import type { EmailConfig } from '../../../src/receivers/email/config.ts';
import { integrationOf, load, problemsOf, withReceiver } from '../../config/support.ts';
import { dkimPair } from '../../support/dkim.ts';
import { expectNoSecrets } from '../support/no-secrets.ts';

const GLOBAL = "global: {smtp_smarthost: 'mx.example.org:587', smtp_from: a@example.org}\n";

function email(entry: string, global = GLOBAL): EmailConfig {
  return integrationOf<EmailConfig>(global + withReceiver(`  email_configs: [${entry}]`));
}

/** A secret source with its text in sight. */
function shown(source: EmailConfig['authPassword']): unknown {
  return source && 'value' in source ? source.value.reveal() : source;
}

describe('email_configs', () => {
  test('has the defaults of Alertmanager', () => {
    expect(email('{to: b@example.org}')).toEqual({
      to: 'b@example.org',
      cc: '',
      bcc: '',
      from: 'a@example.org',
      replyTo: '',
      smarthosts: [{ host: 'mx.example.org', port: 587 }],
      hello: 'localhost',
      authUsername: '',
      authIdentity: '',
      authPassword: undefined,
      authSecret: undefined,
      oauth2: undefined,
      dkim: undefined,
      requireTls: true,
      forceImplicitTls: undefined,
      proxyUrl: undefined,
      lmtp: false,
      silenceLinks: true,
      tls: { insecureSkipVerify: false },
      headers: new Map(),
      template: undefined,
      html: undefined,
      text: undefined,
      threading: { enabled: false, byDate: 'none' },
    });
    const { receivers } = load(GLOBAL + withReceiver('  email_configs: [{to: b@x}]'));
    expect(receivers[0]?.integrations[0]).toMatchObject({ kind: 'email', index: 0, sendResolved: false });
  });

  test('inherits every smtp key', () => {
    const global =
      "global: {smtp_smarthost: 'a:1', smtp_from: f@x, smtp_hello: h, smtp_auth_username: u, smtp_auth_password: p, " +
      'smtp_auth_secret_file: s, smtp_auth_identity: i, smtp_require_tls: false, smtp_force_implicit_tls: true, ' +
      'smtp_tls_config: {server_name: n}, smtp_proxy_url: "socks5://p:1"}\n';
    const inherited = email('{to: b@x}', global);
    expect(inherited).toMatchObject({
      from: 'f@x',
      hello: 'h',
      authUsername: 'u',
      authIdentity: 'i',
      proxyUrl: 'socks5://p:1',
      requireTls: false,
    });
    expect(inherited).toMatchObject({ forceImplicitTls: true, tls: { serverName: 'n' }, authSecret: { file: 's' } });
    expect(shown(inherited.authPassword)).toBe('p');
    const own = email(
      "{to: b@x, smarthost: 'b:2', from: g@x, require_tls: true, force_implicit_tls: no, tls_config: {}, auth_password_file: q, auth_secret: t}",
      global,
    );
    expect(own).toMatchObject({
      from: 'g@x',
      smarthosts: [{ host: 'b', port: 2 }],
      requireTls: true,
      forceImplicitTls: false,
    });
    expect(own.tls).toEqual({ insecureSkipVerify: false });
    expect([shown(own.authPassword), shown(own.authSecret)]).toEqual([{ file: 'q' }, 't']);
  });

  test('takes several mail servers, IPv6 and named ports', () => {
    expect(email("{to: b@x, smarthost: 'a:25, [::1]:465,b:submission'}").smarthosts).toEqual([
      { host: 'a', port: 25 },
      { host: '::1', port: 465 },
      { host: 'b', port: 587 },
    ]);
  });

  test('reads oauth2, with a proxy and a CA for the token endpoint, and passes over the password of global', () => {
    const oauth2 =
      '{token_url: https://login.example.org/token, client_id: c, client_secret: s, refresh_token_file: r, scopes: [x], ' +
      'endpoint_params: {resource: y}, tls_config: {ca_file: ca.pem}, proxy_url: http://proxy.example.org:3128}';
    const global =
      "global: {smtp_smarthost: 'a:1', smtp_from: f@x, smtp_auth_username: m@example.org, smtp_auth_password: p}\n";
    const { oauth2: read } = email(`{to: b@x, oauth2: ${oauth2}}`, global);
    expect(read).toMatchObject({
      user: 'm@example.org',
      clientId: 'c',
      tokenUrl: 'https://login.example.org/token',
      scopes: ['x'],
      refreshToken: { file: expect.stringMatching(/^\/.*\/r$/) },
      tls: { caFile: expect.stringMatching(/^\/.*\/ca\.pem$/) },
      proxy: { url: 'http://proxy.example.org:3128' },
    });
    expect(shown(read?.clientSecret)).toBe('s');
    expect([...(read?.endpointParams ?? [])]).toEqual([['resource', 'y']]);
    expect(
      email('{to: b@x, oauth2: {token_url: https://t.example/, client_id: c, client_secret: s, user: u}}').oauth2?.user,
    ).toBe('u');
  });

  test('reads dkim', () => {
    const { dkim } = email('{to: b@x, dkim: {domain: example.org, selector: s1.mail, private_key_file: k.pem}}');
    expect(dkim).toEqual({
      domain: 'example.org',
      selector: 's1.mail',
      privateKey: { file: expect.stringMatching(/^\/.*\/k\.pem$/) },
    });
  });

  test('shows no secret of oauth2 and dkim, and warns of neither', () => {
    const entry =
      '{to: b@x, oauth2: {token_url: https://t.example/, client_id: c, client_secret: s3cret-1, refresh_token: s3cret-2, user: u}, ' +
      `dkim: {domain: d.example, selector: s, private_key: ${JSON.stringify(dkimPair('ed25519').pem)}}}`;
    const config = load(GLOBAL + withReceiver(`  email_configs: [${entry}]`));
    expectNoSecrets(config, ['s3cret', 'BEGIN']);
    expect(config.warnings).toEqual([]);
  });

  test("reads Tocsin's own keys", () => {
    expect(
      email("{to: b@x, cc: c@x, bcc: d@x, reply_to: e@x, template: rhacs, text: '', html: '{{status}}'}"),
    ).toMatchObject({
      cc: 'c@x',
      bcc: 'd@x',
      replyTo: 'e@x',
      template: 'rhacs',
      text: '',
      html: '{{status}}',
    });
  });

  test('reads recipients', () => {
    expect(email('{to: b@x}').recipients).toBeUndefined();
    expect(email('{to: b@x, recipients: {}}').recipients).toEqual({ annotation: '', default: [], allowed: [] });
    const entry =
      "{to: b@x, recipients: {annotation: email, default: ['SOC <soc@example.org>', '{{commonLabels.team}}@example.org'], " +
      "allowed_domains: [Example.org, '*.bücher.example']}}";
    expect(email(entry).recipients).toEqual({
      annotation: 'email',
      default: ['SOC <soc@example.org>', '{{commonLabels.team}}@example.org'],
      allowed: ['example.org', '*.xn--bcher-kva.example'],
    });
  });

  test.each([
    ['{default: [soc]}', 'recipients.default[0]: "soc" is not an email address: no "@"'],
    ["{default: [',']}", 'recipients.default[0]: expected an email address such as ops@example.org, found none'],
    ['{default: soc@example.org}', 'recipients.default: expected a list, found text'],
    [
      "{allowed_domains: ['@example.org']}",
      'allowed_domains[0]: expected a domain such as example.org or *.example.org, found "@example.org"',
    ],
    ["{allowed_domains: ['*']}", 'allowed_domains[0]: expected a domain such as'],
    ["{allowed_domains: ['a.example, b@c.example']}", 'allowed_domains[0]: expected a domain such as'],
    ['{annotations: email}', 'recipients.annotations: unknown key: annotations (did you mean annotation?)'],
  ])('recipients: %s', (recipients, problem) => {
    const problems = problemsOf(GLOBAL + withReceiver(`  email_configs: [{to: b@x, recipients: ${recipients}}]`));
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });

  test('keeps the text of scalars and canonicalises header names', () => {
    const { hello, headers, threading } = email(
      '{to: b@x, hello: yes, headers: {x-priority: 1.10, subject: "{{status}}", MESSAGE-ID: x}, threading: {enabled: true, thread_by_date: daily}}',
    );
    expect(hello).toBe('yes');
    expect([...headers]).toEqual([
      ['X-Priority', '1.10'],
      ['Subject', '{{status}}'],
      ['Message-Id', 'x'],
    ]);
    expect(threading).toEqual({ enabled: true, byDate: 'daily' });
  });

  test('a password and its file in one entry are not refused: the file wins, as in Alertmanager', () => {
    expect(shown(email('{to: b@x, auth_password: x, auth_password_file: /f}').authPassword)).toEqual({ file: '/f' });
  });

  test.each([
    ['{}', 'missing to address in email config'],
    ['{to: ""}', 'missing to address in email config'],
    ['{to: b@x, headers: {a: 1, A: 2}}', 'duplicate header "A" in email config'],
    ['{to: b@x, threading: {enabled: true}}', "threading.thread_by_date must be either 'none' or 'daily'"],
    [
      '{to: b@x, threading: {enabled: true, thread_by_date: none}, headers: {references: x}}',
      'conflicting configuration: threading.enabled conflicts with custom References header',
    ],
    [
      '{to: b@x, threading: {enabled: true, thread_by_date: none}, headers: {in-reply-to: x@x}}',
      'conflicting configuration: threading.enabled conflicts with custom In-Reply-To header',
    ],
    ['{to: b@x, oauth2: {client_id: c, client_secret: s, user: u}}', 'oauth2 token_url must be configured'],
    [
      '{to: b@x, oauth2: {token_url: https://t.example/, client_secret: s, user: u}}',
      'oauth2 client_id must be configured',
    ],
    [
      '{to: b@x, oauth2: {token_url: https://t.example/, client_id: c, client_secret: s}}',
      'oauth2 user (the mailbox) must be configured',
    ],
    [
      '{to: b@x, oauth2: {token_url: https://t.example/, client_id: c, user: u}}',
      'oauth2 needs client_secret or client_secret_file (or, for a mailbox of its own, a refresh token)',
    ],
    [
      '{to: b@x, oauth2: {token_url: https://t.example/, client_id: c, user: u, client_secret: s, client_secret_file: f}}',
      'at most one of client_secret & client_secret_file must be configured',
    ],
    [
      '{to: b@x, oauth2: {token_url: https://t.example/, client_id: c, user: u, refresh_token: s, refresh_token_file: f}}',
      'at most one of refresh_token & refresh_token_file must be configured',
    ],
    [
      '{to: b@x, auth_password_file: p, oauth2: {token_url: https://t.example/, client_id: c, client_secret: s, user: u}}',
      'auth_password_file has no use beside oauth2',
    ],
    ['{to: b@x, dkim: {selector: s, private_key_file: k}}', 'dkim domain must be configured'],
    ['{to: b@x, dkim: {domain: d.example, private_key_file: k}}', 'dkim selector must be configured'],
    ['{to: b@x, dkim: {domain: d.example, selector: s}}', 'dkim private_key_file (or private_key) must be configured'],
    ['{to: b@x, dkim: {domain: "d;x", selector: s, private_key_file: k}}', 'expected a name in DNS, found "d;x"'],
    ['{to: b@x, dkim: {domain: d, selector: "s 1", private_key_file: k}}', 'expected a name in DNS, found "s 1"'],
    [
      '{to: b@x, dkim: {domain: d, selector: s, private_key: x}}',
      'dkim.private_key: not a private key in PEM form (without passphrase)',
    ],
    [
      `{to: b@x, dkim: {domain: d, selector: s, private_key: ${JSON.stringify(dkimPair('ed25519').pem)}, private_key_file: k}}`,
      'at most one of private_key & private_key_file must be configured',
    ],
    ['{to: b@x, template: ../x}', 'expected the name of a folder under templates/, found "../x"'],
    ['{to: b@x, proxy_url: "proxy:3128"}', 'expected the URL of a proxy such as http://proxy.example.org:3128'],
    ['{to: b@x, smarthost: a}', 'address a: missing port in address'],
    ['{to: b@x, http_config: {}}', 'unknown key: http_config'],
  ])('%s', (entry, problem) => {
    expect(problemsOf(GLOBAL + withReceiver(`  email_configs: [${entry}]`))).toEqual([
      expect.stringContaining(problem),
    ]);
  });

  test.each([
    ['to: "ops@example.org, x"', `1.to: "x" is not an email address: no "@"`],
    ['to: x', `1.to: "x" is not an email address: no "@"`],
    ['to: ","', '1.to: expected an email address, found none'],
    ['to: a@x, from: xx yy', `1.from: "xx yy" is not an email address: no "@"`],
    ['to: a@x, from: "a@x, b@x"', '1.from: expected exactly one email address, found 2'],
    ['to: a@x, cc: "b@x, c"', `1.cc: "c" is not an email address: no "@"`],
    ['to: a@x, bcc: d', `1.bcc: "d" is not an email address: no "@"`],
    ['to: a@x, reply_to: e', `1.reply_to: "e" is not an email address: no "@"`],
  ])('an address that is none is a warning where it stands: %s', (entry, problem) => {
    const { warnings } = load(`${GLOBAL}${withReceiver(`  email_configs: [{${entry}}]`)}`, { file: 'f' });
    const [found = '', ...more] = warnings.map((line) => line.replace(/^f:/, ''));
    expect(more).toEqual([]);
    const place = found.replace(/^6:\d+: receivers\[0\].email_configs\[0\]/, '1');
    expect(place.replace('no email can be sent: ', '')).toBe(problem);
  });

  test('an address of recipients that is none is an error', () => {
    expect(problemsOf(`${GLOBAL}${withReceiver('  email_configs: [{to: a@x, recipients: {default: [f]}}]')}`)).toEqual([
      expect.stringContaining('recipients.default[0]: "f" is not an email address: no "@"'),
    ]);
  });

  test('the name of a header that is none is a warning', () => {
    const { warnings } = load(`${GLOBAL}${withReceiver('  email_configs: [{to: a@x, headers: {"a b": 1}}]')}`);
    expect(warnings).toEqual([expect.stringContaining('no email can be sent: "a b" cannot be the name of a header')]);
  });

  test('the sender under global is checked once, where it stands', () => {
    const global = "global: {smtp_smarthost: 'mx.example.org:587', smtp_from: xx yy}\n";
    expect(load(global + withReceiver('  email_configs: [{to: a@x}, {to: b@x}]'), { file: 'f' }).warnings).toEqual([
      'f:1:59: global.smtp_from: no email can be sent: "xx yy" is not an email address: no "@"',
    ]);
  });

  test('what a template makes is not judged before it is made', () => {
    expect(
      problemsOf(GLOBAL + withReceiver("  email_configs: [{to: '{{x}}', from: '{{y}}', cc: 'ops, {{z}}'}]")),
    ).toEqual([]);
  });

  test('a mail server that is malformed under global is not said to be missing too', () => {
    const global = 'global: {smtp_smarthost: mx.example.org, smtp_from: a@example.org}\n';
    expect(problemsOf(global + withReceiver('  email_configs: [{to: b@x}]'))).toEqual([
      '1:26: global.smtp_smarthost: expected host:port such as smtp.example.org:587: address mx.example.org: missing port in address',
    ]);
  });

  test('needs a mail server and a sender from somewhere', () => {
    expect(problemsOf(withReceiver('  email_configs: [{to: b@x}]'))).toEqual([
      '5:19: receivers[0].email_configs[0]: no global SMTP smarthost set',
      '5:19: receivers[0].email_configs[0]: no global SMTP from set',
    ]);
  });
});
