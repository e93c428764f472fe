import { DUMP_SCHEMA, dump } from 'js-yaml';
import type { Data } from './field.ts';
import { MASK, MASK_URL } from './scalars.ts';

/**
 * Keys that `config.original` leaves out, by the key of the mapping that they stand in: Tocsin's own, and those that
 * came after Alertmanager 0.25. Its strict parser, and so amtool (`config show`, `config routes`), would refuse the
 * text because of them.
 */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  global: [
    'smtp_rate_limit',
    'smtp_tls_config',
    'smtp_force_implicit_tls',
    'smtp_auth_secret_file',
    'slack_app_token',
    'slack_app_token_file',
    'slack_app_url',
    'wechat_api_secret_file',
    'telegram_bot_token',
    'telegram_bot_token_file',
    'rocketchat_api_url',
    'rocketchat_token',
    'rocketchat_token_file',
    'rocketchat_token_id',
    'rocketchat_token_id_file',
    'mattermost_webhook_url',
    'mattermost_webhook_url_file',
    'jira_api_url',
  ],
  http_config: ['no_proxy', 'proxy_from_environment', 'proxy_connect_header', 'http_headers'],
  tls_config: ['ca', 'cert', 'key'],
  basic_auth: ['username_file'],
  oauth2: [
    'no_proxy',
    'proxy_from_environment',
    'proxy_connect_header',
    'client_certificate_key_id',
    'client_certificate_key',
    'client_certificate_key_file',
    'grant_type',
    'signature_algorithm',
    'iss',
    'audience',
  ],
  route: ['labels'],
  routes: ['labels'],
  inhibit_rules: ['name'],
  receivers: [
    'labels',
    'incidentio_configs',
    'msteams_configs',
    'msteamsv2_configs',
    'jira_configs',
    'rocketchat_configs',
    'mattermost_configs',
  ],
  email_configs: [
    'auth_secret_file',
    'force_implicit_tls',
    'threading',
    'cc',
    'bcc',
    'reply_to',
    'template',
    'recipients',
    'rate_limit',
    'oauth2',
    'dkim',
  ],
  webhook_configs: ['url_file', 'timeout', 'payload'],
  slack_configs: ['app_token', 'app_token_file', 'app_url', 'message_text', 'update_message', 'timeout'],
  pagerduty_configs: ['timeout'],
  pushover_configs: ['user_key_file', 'token_file', 'device', 'ttl', 'monospace'],
  wechat_configs: ['api_secret_file'],
  sns_configs: ['use_aws_http_client'],
  sigv4: ['external_id', 'use_fips_sts_endpoint', 'service_name'],
  telegram_configs: ['bot_token_file', 'chat_id_file', 'message_thread_id'],
  discord_configs: ['webhook_url_file', 'content', 'username', 'avatar_url'],
};

/** The file's sections as data, in Alertmanager's order and with its names. */
export interface OriginalSections {
  readonly global: unknown;
  readonly route: unknown;
  readonly inhibit_rules: readonly unknown[];
  readonly receivers: readonly unknown[];
  readonly templates: readonly string[];
  readonly mute_time_intervals: readonly unknown[];
  readonly time_intervals: readonly unknown[];
}

/** Writes `config.original`: the effective configuration, which Tocsin and Alertmanager from 0.25 on can read back. */
export function writeOriginal(sections: OriginalSections): string {
  const data = Object.entries(sections).filter(
    ([key, value]) => key === 'templates' || !Array.isArray(value) || value.length > 0,
  );
  return dump(prune(Object.fromEntries(data), ''), {
    schema: DUMP_SCHEMA,
    seqNoIndent: true,
    lineWidth: -1,
    noRefs: true,
  });
}

/** @param parent the key that leads to this value, through lists. */
function prune(value: unknown, parent: string): unknown {
  if (Array.isArray(value)) return value.map((item) => prune(item, parent));
  if (typeof value !== 'object' || value === null) return value;
  const leftOut = (Object.hasOwn(LEFT_OUT, parent) && LEFT_OUT[parent]) || [];
  const result = Object.create(null) as Data;
  for (const [key, child] of Object.entries(value)) {
    if (!leftOut.includes(key)) result[key] = prune(child, key);
    // What cannot be shown as a file is shown as the secret that the file holds, which the old parser requires.
    else if (key.endsWith('_file') && !leftOut.includes(withoutFile(key)))
      result[withoutFile(key)] ??= key === 'url_file' ? MASK_URL : MASK;
  }
  return result;
}

function withoutFile(key: string): string {
  return key.replace(/_file$/, '');
}
