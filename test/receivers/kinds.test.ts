import { expect, test } from 'vitest';
import { receiverKinds } from '../../src/receivers/registry.ts';
import { load, problemsOf, withReceiver } from '../config/support.ts';

test('every kind of Alertmanager is known, in its order, before those of Tocsin', () => {
  expect(
    receiverKinds
      .slice(0, 18)
      .map(({ kind }) => kind)
      .join(' '),
  ).toBe(
    'webhook email slack pushover pagerduty incidentio opsgenie wechat victorops sns telegram discord webex msteams ' +
      'msteamsv2 jira rocketchat mattermost',
  );
  const quiet = receiverKinds
    .slice(0, 18)
    .filter((schema) => !schema.sendResolvedDefault)
    .map(({ kind }) => kind);
  expect(quiet).toEqual(['email', 'slack', 'wechat', 'rocketchat']);
});

test("a Slack title may be Go's", () => {
  const entry = "  slack_configs: [{api_url: 'https://x/', title: '{{ .CommonLabels.x }}'}]";
  expect(problemsOf(withReceiver(entry))).toEqual([]);
});

test('msteamsv2 alone inherits the proxy into an http_config of its own', () => {
  const global = 'global: {http_config: {proxy_url: "http://proxy/"}}\n';
  const entry = '[{webhook_url: "https://x/", http_config: {follow_redirects: false}}]';
  const shown = (key: string) => load(global + withReceiver(`  ${key}: ${entry}`)).original.match(/proxy_url/g)?.length;
  expect([shown('msteamsv2_configs'), shown('discord_configs')]).toEqual([1, 1]);
});

const secretField = "http_config: {authorization: {credentials: 'c'}}";
test.each([
  ['slack', '{}', 'no Slack API URL nor App token set either inline or in a file'],
  ['slack', '{api_url: "https://x/", api_url_file: f}', 'at most one of api_url & api_url_file must be configured'],
  [
    'slack',
    '{api_url: "https://x/", app_token: t}',
    'at most one of api_url/api_url_file & app_token/app_token_file must be configured',
  ],
  ['slack', `{app_token: t, ${secretField}}`, "http authorization can't be set when using Slack App tokens"],
  ['slack', '{api_url: "https://x/", fields: [{value: v}]}', 'missing title in Slack field configuration'],
  [
    'slack',
    '{api_url: "https://x/", actions: [{type: a, text: b}]}',
    'missing name or url in Slack action configuration',
  ],
  ['slack', '{api_url: "https://x/", actions: [{text: b, url: c}]}', 'missing type in Slack action configuration'],
  [
    'slack',
    '{api_url: "https://x/", actions: [{type: a, text: b, url: c, confirm: {}}]}',
    'missing text in Slack confirmation configuration',
  ],
  ['pushover', '{token: t}', 'one of user_key or user_key_file must be configured'],
  ['pushover', '{user_key: u}', 'one of token or token_file must be configured'],
  [
    'pushover',
    '{user_key: u, token: t, html: true, monospace: true}',
    'at most one of monospace & html must be configured',
  ],
  ['pagerduty', '{}', 'missing service or routing key in PagerDuty config'],
  [
    'pagerduty',
    '{routing_key: a, routing_key_file: b}',
    'at most one of routing_key & routing_key_file must be configured',
  ],
  ['incidentio', '{alert_source_token: t}', 'one of url or url_file must be configured'],
  [
    'incidentio',
    `{url: "https://x/", alert_source_token: t, ${secretField}}`,
    'cannot specify alert_source_token or alert_source_token_file when using http_config.authorization',
  ],
  [
    'incidentio',
    '{url: "https://x/", http_config: {}}',
    'at least one of alert_source_token, alert_source_token_file or http_config.authorization must be configured',
  ],
  [
    'opsgenie',
    '{api_key: k, responders: [{type: team}]}',
    'has to have at least one of id, username or name specified',
  ],
  [
    'opsgenie',
    '{api_key: k, responders: [{name: n, type: x}]}',
    'type does not match valid options ^(team|teams|user|escalation|schedule)$',
  ],
  ['wechat', '{api_secret: s}', 'no global Wechat CorpID set'],
  [
    'wechat',
    '{api_secret: s, corp_id: c, message_type: x}',
    'weChat message type "x" does not match valid options ^(text|markdown)$',
  ],
  ['victorops', '{api_key: k}', 'missing Routing key in VictorOps config'],
  [
    'victorops',
    '{api_key: k, routing_key: r, custom_fields: {entity_id: x}}',
    'victorOps config contains custom field entity_id which cannot be used as it conflicts with the fixed/static fields',
  ],
  ['sns', '{}', 'must provide either a Target ARN, Topic ARN, or Phone Number for SNS config'],
  [
    'sns',
    '{topic_arn: t, sigv4: {access_key: a}}',
    'must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config',
  ],
  ['telegram', '{bot_token: t}', 'missing chat_id or chat_id_file on telegram_config'],
  [
    'telegram',
    '{bot_token: t, chat_id: 1, parse_mode: x}',
    'unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string',
  ],
  ['discord', '{}', 'one of webhook_url or webhook_url_file must be configured'],
  ['webex', `{${secretField}}`, 'missing room_id on webex_config'],
  ['webex', '{room_id: r}', 'missing webex_configs.http_config.authorization'],
  ['msteams', '{webhook_url: x}', 'unsupported scheme "" for URL (the URL is a secret and not shown)'],
  [
    'msteamsv2',
    '{webhook_url: "https://x/", webhook_url_file: f}',
    'at most one of webhook_url & webhook_url_file must be configured',
  ],
  ['jira', '{project: p, issue_type: t}', 'no global Jira Cloud URL set'],
  ['jira', '{api_url: "https://x/", issue_type: t}', 'missing project in jira_config'],
  ['jira', '{api_url: "https://x/", project: p}', 'missing issue_type in jira_config'],
  ['rocketchat', '{token: t}', 'no global Rocketchat TokenID set either inline or in a file'],
  [
    'mattermost',
    '{webhook_url: "https://x/", fields: [{title: t}]}',
    'missing value in Mattermost field configuration',
  ],
])('%s: %s', (kind, entry, problem) => {
  expect(problemsOf(withReceiver(`  ${kind}_configs: [${entry}]`))).toEqual([expect.stringContaining(problem)]);
});
