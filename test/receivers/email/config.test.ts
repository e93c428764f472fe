import { describe, expect, test } from 'vitest';
import type { EmailConfig } from '../../../src/receivers/email/config.ts';
import { integrationOf, load, problemsOf, withReceiver } from '../../config/support.ts';

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
      requireTls: true,
      forceImplicitTls: undefined,
      tls: { insecureSkipVerify: false },
      headers: new Map(),
      template: undefined,
      html: undefined,
      text: undefined,
      threading: { enabled: false, byDate: 'none' },
    });
    const { receivers } = load(GLOBAL + withReceiver('  email_configs: [{to: b}]'));
    expect(receivers[0]?.integrations[0]).toMatchObject({ kind: 'email', index: 0, sendResolved: false });
  });

  test('inherits every smtp key', () => {
    const global =
      "global: {smtp_smarthost: 'a:1', smtp_from: f, smtp_hello: h, smtp_auth_username: u, smtp_auth_password: p, " +
      'smtp_auth_secret_file: s, smtp_auth_identity: i, smtp_require_tls: false, smtp_force_implicit_tls: true, ' +
      'smtp_tls_config: {server_name: n}}\n';
    const inherited = email('{to: b}', global);
    expect(inherited).toMatchObject({ from: 'f', hello: 'h', authUsername: 'u', authIdentity: 'i', requireTls: false });
    expect(inherited).toMatchObject({ forceImplicitTls: true, tls: { serverName: 'n' }, authSecret: { file: 's' } });
    expect(shown(inherited.authPassword)).toBe('p');
    const own = email(
      "{to: b, smarthost: 'b:2', from: g, require_tls: true, force_implicit_tls: no, tls_config: {}, auth_password_file: q, auth_secret: t}",
      global,
    );
    expect(own).toMatchObject({
      from: 'g',
      smarthosts: [{ host: 'b', port: 2 }],
      requireTls: true,
      forceImplicitTls: false,
    });
    expect(own.tls).toEqual({ insecureSkipVerify: false });
    expect([shown(own.authPassword), shown(own.authSecret)]).toEqual([{ file: 'q' }, 't']);
  });

  test('takes several mail servers, IPv6 and named ports', () => {
    expect(email("{to: b, smarthost: 'a:25, [::1]:465,b:submission'}").smarthosts).toEqual([
      { host: 'a', port: 25 },
      { host: '::1', port: 465 },
      { host: 'b', port: 587 },
    ]);
  });

  test("reads Tocsin's own keys", () => {
    expect(email("{to: b, cc: c, bcc: d, reply_to: e, template: rhacs, text: '', html: '{{status}}'}")).toMatchObject({
      cc: 'c',
      bcc: 'd',
      replyTo: 'e',
      template: 'rhacs',
      text: '',
      html: '{{status}}',
    });
  });

  test('reads recipients', () => {
    expect(email('{to: b}').recipients).toBeUndefined();
    expect(email('{to: b, recipients: {}}').recipients).toEqual({ annotation: '', default: [], allowedDomains: [] });
    const entry =
      "{to: b, recipients: {annotation: email, default: ['SOC <soc@example.org>', '{{commonLabels.team}}@example.org'], " +
      "allowed_domains: [Example.org, '*.bücher.example']}}";
    expect(email(entry).recipients).toEqual({
      annotation: 'email',
      default: ['SOC <soc@example.org>', '{{commonLabels.team}}@example.org'],
      allowedDomains: ['example.org', '*.xn--bcher-kva.example'],
    });
  });

  test.each([
    ['{default: [soc]}', 'recipients.default[0]: "soc" is not a mail address: no "@"'],
    ["{default: [',']}", 'recipients.default[0]: expected a mail address, found none'],
    ['{default: soc@example.org}', 'recipients.default: expected a list, found text'],
    [
      "{allowed_domains: ['@example.org']}",
      'allowed_domains[0]: expected a domain such as example.org or *.example.org, found "@example.org"',
    ],
    ["{allowed_domains: ['*']}", 'allowed_domains[0]: expected a domain such as'],
    ["{allowed_domains: ['a.example, b@c.example']}", 'allowed_domains[0]: expected a domain such as'],
    ['{annotations: email}', 'recipients.annotations: unknown key: annotations (did you mean annotation?)'],
  ])('recipients: %s', (recipients, problem) => {
    const problems = problemsOf(GLOBAL + withReceiver(`  email_configs: [{to: b, recipients: ${recipients}}]`));
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });

  test('keeps the text of scalars and canonicalises header names', () => {
    const { to, headers, threading } = email(
      '{to: yes, headers: {x-priority: 1.10, subject: "{{status}}", MESSAGE-ID: x}, threading: {enabled: true, thread_by_date: daily}}',
    );
    expect(to).toBe('yes');
    expect([...headers]).toEqual([
      ['X-Priority', '1.10'],
      ['Subject', '{{status}}'],
      ['Message-Id', 'x'],
    ]);
    expect(threading).toEqual({ enabled: true, byDate: 'daily' });
  });

  test('a password and its file in one entry are not refused: the file wins, as in Alertmanager', () => {
    expect(shown(email('{to: b, auth_password: x, auth_password_file: /f}').authPassword)).toEqual({ file: '/f' });
  });

  test.each([
    ['{}', 'missing to address in email config'],
    ['{to: ""}', 'missing to address in email config'],
    ['{to: b, headers: {a: 1, A: 2}}', 'duplicate header "A" in email config'],
    ['{to: b, headers: {"a b": 1}}', '"a b" cannot be the name of a header'],
    ['{to: b, threading: {enabled: true}}', "threading.thread_by_date must be either 'none' or 'daily'"],
    [
      '{to: b, threading: {enabled: true, thread_by_date: none}, headers: {references: x}}',
      'conflicting configuration: threading.enabled conflicts with custom References header',
    ],
    [
      '{to: b, threading: {enabled: true, thread_by_date: none}, headers: {in-reply-to: x}}',
      'conflicting configuration: threading.enabled conflicts with custom In-Reply-To header',
    ],
    ['{to: b, template: ../x}', 'expected the name of a folder under templates/, found "../x"'],
    ['{to: b, smarthost: a}', 'address a: missing port in address'],
    ['{to: b, http_config: {}}', 'unknown key: http_config'],
    ['{to: "{{ .CommonLabels.owner }}"}', "write '{{commonLabels.owner}}'"],
    [
      '{to: b, headers: {Subject: "{{ .Status | toUpper }}"}}',
      "email_configs[0].headers.Subject: '{{ .Status | toUpper }}' is a Go template",
    ],
    [
      '{to: b, html: \'{{ template "email.default.html" . }}\'}',
      "leave the key out: Tocsin's own templates take the place of email.default.html",
    ],
  ])('%s', (entry, problem) => {
    expect(problemsOf(GLOBAL + withReceiver(`  email_configs: [${entry}]`))).toEqual([
      expect.stringContaining(problem),
    ]);
  });

  test('needs a mail server and a sender from somewhere', () => {
    expect(problemsOf(withReceiver('  email_configs: [{to: b}]'))).toEqual([
      '5:19: receivers[0].email_configs[0]: no global SMTP smarthost set',
      '5:19: receivers[0].email_configs[0]: no global SMTP from set',
    ]);
  });
});
