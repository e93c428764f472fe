import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { load, problemsOf } from './support.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-original-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs Alertmanager's own checker over a text. */
function amtool(text: string): string {
  const file = join(directory, 'original.yml');
  writeFileSync(file, text);
  return execFileSync('amtool', ['check-config', file], { encoding: 'utf8' });
}

/** Every section and every kind of value, with secrets wherever there can be one. */
const EVERYTHING = `
global:
  resolve_timeout: 90d
  smtp_from: Tocsin <tocsin@example.org>
  smtp_smarthost: one:25, two:25
  smtp_auth_username: user
  smtp_auth_password: sesame-1
  smtp_auth_secret_file: /run/secret
  smtp_require_tls: off
  smtp_tls_config: {key: sesame-2, cert: c}
  smtp_force_implicit_tls: true
  slack_api_url: https://hooks.example.org/sesame-3
  telegram_bot_token: sesame-4
  http_config:
    proxy_url: http://user:sesame-5@proxy:3128/
    proxy_connect_header: {Proxy-Authorization: [sesame-6]}
    basic_auth: {username: u, password: sesame-7}
    tls_config: {ca_file: ca.pem}
    http_headers: {X-Token: {secrets: [sesame-8]}}
sources:
  rhacs: {auth: {bearer_token: sesame-9}, central_url: https://central.example.org}
teams:
  payments: {email: [pay@example.org], matchers: ['namespace=~"pay.*"']}
tracing: {endpoint: 'localhost:4317'}
event_recorder: {file_outputs: [{name: f, path: events}]}
route:
  receiver: all
  group_by: [alertname, __proto__]
  labels: {team: '{{groupLabels.team}}'}
  routes:
  - receiver: all
    match: {severity: 1.10, __proto__: x}
    match_re: {constructor: a|b}
    matchers: ['c=~"d \\"e\\""', a!=b]
    continue: true
    group_by: ['...']
    group_wait: 0s
    group_interval: 1w
    repeat_interval: 1y
    mute_time_intervals: [nights]
    active_time_intervals: [office]
inhibit_rules:
- {name: n, source_matchers: [a=b], target_match: {c: 'yes'}, equal: [alertname]}
receivers:
- name: all
  labels: {team: x}
  email_configs:
  - to: a@example.org
    cc: c@example.org
    bcc: b@example.org
    reply_to: r@example.org
    template: rhacs
    headers: {subject: '{{status}}: "x"', x-tocsin: 'true'}
    html: '<p>{{status}}</p>'
    text: ''
    threading: {enabled: true, thread_by_date: daily}
    tls_config: {ca_file: ca.pem, cert_file: c, key_file: k, min_version: TLS12}
    recipients: {annotation: email, default: [soc@example.org], allowed_domains: [example.org]}
    rate_limit: {count: 250, window: 24h, reserve: 50}
    oauth2: {token_url: 'https://login.example.org/?k=sesame-27', client_id: i, client_secret: sesame-10, scopes: [s], user: u, endpoint_params: {p: sesame-28}}
    dkim: {domain: example.org, selector: s1, private_key_file: dkim.pem}
  webhook_configs:
  - url: http://example.org/sesame-11
    max_alerts: 3
    timeout: 1.5s
    payload: {a: ['{{status}}', 1]}
    http_config: {authorization: {credentials: sesame-12}}
  - url_file: /run/url
    send_resolved: false
  pagerduty_configs: [{routing_key: sesame-13, details: {constructor: {a: b}}}]
  slack_configs: [{channel: '#c', actions: [{type: button, text: t, url: u}], fields: [{title: t, value: v}]}]
  opsgenie_configs: [{api_key: sesame-14, responders: [{name: n, type: team}]}]
  victorops_configs: [{api_key: sesame-15, routing_key: k}]
  pushover_configs: [{user_key_file: /u, token: sesame-16, retry: 1m}]
  sns_configs: [{topic_arn: t, sigv4: {access_key: a, secret_key: sesame-17, service_name: s}}]
  telegram_configs: [{chat_id: -123, message_thread_id: 4}]
  discord_configs: [{webhook_url: 'https://x/sesame-18'}, {webhook_url_file: /f}]
  webex_configs: [{room_id: r, http_config: {authorization: {credentials: sesame-19}}}, {room_id: r, api_url: 'https://u:sesame-32@x/', http_config: {bearer_token: sesame-29}}]
  wechat_configs: [{api_secret: sesame-33, corp_id: c, http_config: {oauth2: {client_id: i, client_secret: sesame-34, token_url: 'https://u:sesame-30@login.example.org/t?key=sesame-31', endpoint_params: {audience: sesame-35}}}}]
  msteams_configs: [{webhook_url: 'https://x/sesame-20'}]
  msteamsv2_configs: [{webhook_url: 'https://x/sesame-21'}]
  jira_configs: [{api_url: 'https://x/', project: p, issue_type: t, summary: s, http_config: {basic_auth: {password: sesame-22}}}]
  rocketchat_configs: [{token: sesame-23, token_id: sesame-24}]
  mattermost_configs: [{webhook_url: 'https://x/sesame-25'}]
  incidentio_configs: [{url: 'https://x/', alert_source_token: sesame-26}]
templates: ['mail/*.hbs']
mute_time_intervals:
- name: nights
  time_intervals: [{times: [{start_time: '22:00', end_time: '24:00'}], location: Europe/Berlin}]
time_intervals:
- name: office
  time_intervals:
  - {weekdays: ['monday:friday'], days_of_month: ['1:15', '-3:-1'], months: [january, 'may:august'], years: ['2026:2030']}
- {name: never}
`;

const original = load(EVERYTHING).original;

describe('config.original', () => {
  test('is read back by amtool, whatever the file holds', () => {
    expect(amtool(original)).toContain('SUCCESS');
  });

  test('is read back by Tocsin, and is then the same', () => {
    expect(load(original).original).toBe(original);
  });

  test('shows no secret', () => {
    expect(EVERYTHING.match(/sesame/g)).toHaveLength(35);
    expect(original).not.toContain('sesame');
  });

  test('is written as Alertmanager writes it', () => {
    expect(original.slice(0, original.indexOf('receivers:'))).toBe(`global:
  resolve_timeout: 90d
  http_config:
    basic_auth:
      username: u
      password: <secret>
    tls_config:
      ca_file: /etc/tocsin/ca.pem
      insecure_skip_verify: false
    follow_redirects: true
    enable_http2: true
    proxy_url: http://user:xxxxx@proxy:3128/
  smtp_from: Tocsin <tocsin@example.org>
  smtp_hello: localhost
  smtp_smarthost: one:25
  smtp_auth_username: user
  smtp_auth_password: <secret>
  smtp_auth_secret: <secret>
  smtp_require_tls: false
  slack_api_url: <secret>
  pagerduty_url: https://events.pagerduty.com/v2/enqueue
  opsgenie_api_url: https://api.opsgenie.com/
  wechat_api_url: https://qyapi.weixin.qq.com/cgi-bin/
  victorops_api_url: https://alert.victorops.com/integrations/generic/20131114/alert/
  telegram_api_url: https://api.telegram.org
  webex_api_url: https://webexapis.com/v1/messages
route:
  receiver: all
  group_by:
  - alertname
  - __proto__
  continue: false
  routes:
  - receiver: all
    group_by:
    - ...
    match:
      __proto__: x
      severity: '1.10'
    match_re:
      constructor: a|b
    matchers:
    - a!="b"
    - c=~"d \\"e\\""
    mute_time_intervals:
    - nights
    active_time_intervals:
    - office
    continue: true
    group_wait: 0s
    group_interval: 1w
    repeat_interval: 1y
inhibit_rules:
- source_matchers:
  - a="b"
  target_match:
    c: 'yes'
  equal:
  - alertname
`);
    expect(original.slice(original.indexOf('templates:'))).toBe(`templates:
- /etc/tocsin/mail/*.hbs
mute_time_intervals:
- name: nights
  time_intervals:
  - times:
    - start_time: '22:00'
      end_time: '24:00'
    location: Europe/Berlin
time_intervals:
- name: office
  time_intervals:
  - weekdays:
    - monday:friday
    days_of_month:
    - '1:15'
    - -3:-1
    months:
    - '1'
    - '5:8'
    years:
    - 2026:2030
- name: never
`);
  });

  test('has what an entry inherits', () => {
    expect(original).toContain(`  email_configs:
  - send_resolved: false
    to: a@example.org
    from: Tocsin <tocsin@example.org>
    hello: localhost
    smarthost: one:25
    auth_username: user
    auth_password: <secret>
    auth_secret: <secret>
    headers:
      Subject: '{{status}}: "x"'
      X-Tocsin: 'true'
    html: <p>{{status}}</p>
    require_tls: false
    tls_config:
      ca_file: ca.pem
      cert_file: c
      key_file: k
      insecure_skip_verify: false
      min_version: TLS12
`);
  });
});

describe('the example configurations', () => {
  const examples = new URL('../../config/', import.meta.url);

  test.each(readdirSync(examples))('%s loads without a warning, in Tocsin and in amtool', (name) => {
    const text = readFileSync(new URL(name, examples), 'utf8');
    const config = load(text);
    expect(config.warnings).toEqual([]);
    expect(amtool(text)).toContain('SUCCESS');
    expect(amtool(config.original)).toContain('SUCCESS');
  });

  test.each(['tocsin.yml', 'rhacs.yml'])("the keys of Tocsin's own that %s shows as comments are right", (name) => {
    const text = readFileSync(new URL(name, examples), 'utf8');
    const withSources = text.replace(/^# sources:\n(?:# {2,}.*\n)+/m, (block) => block.replace(/^# /gm, ''));
    expect(withSources).toContain('\nsources:\n  rhacs:\n');
    expect(problemsOf(withSources)).toEqual([]);
    expect(load(withSources).sources.get('rhacs')).toMatchObject({
      path: '/webhooks/rhacs',
      auth: { kind: 'bearer', token: { file: '/etc/tocsin/rhacs-token' } },
      staleAfter: 86_400_000,
      options: { centralUrl: 'https://central.example.org' },
    });
  });
});
