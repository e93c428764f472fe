import { atMostOne } from './exclusive.ts';
import { object, type Values } from './field.ts';
import { defaultHttpValues, httpField } from './http-config.ts';
import type { Place } from './place.ts';
import { rateLimitField } from './rate-limit.ts';
import { bool, configPath, duration, secret, secretUrl, string, url, workingPath } from './scalars.ts';
import { smarthosts } from './smarthost.ts';
import { template } from './template-string.ts';
import { tlsField } from './tls-config.ts';

/** In the order in which Alertmanager shows them. */
const shape = object({
  resolve_timeout: duration,
  http_config: httpField(configPath),
  jira_api_url: url,
  smtp_from: template,
  smtp_hello: string,
  smtp_smarthost: smarthosts,
  smtp_auth_username: string,
  smtp_auth_password: secret,
  smtp_auth_password_file: workingPath,
  smtp_auth_secret: secret,
  smtp_auth_secret_file: workingPath,
  smtp_auth_identity: string,
  smtp_require_tls: bool,
  smtp_tls_config: tlsField(workingPath),
  smtp_force_implicit_tls: bool,
  smtp_rate_limit: rateLimitField(true),
  slack_api_url: secretUrl,
  slack_api_url_file: workingPath,
  slack_app_token: secret,
  slack_app_token_file: workingPath,
  slack_app_url: url,
  pagerduty_url: url,
  opsgenie_api_url: url,
  opsgenie_api_key: secret,
  opsgenie_api_key_file: workingPath,
  wechat_api_url: url,
  wechat_api_secret: secret,
  wechat_api_secret_file: workingPath,
  wechat_api_corp_id: string,
  victorops_api_url: url,
  victorops_api_key: secret,
  victorops_api_key_file: workingPath,
  telegram_api_url: url,
  telegram_bot_token: secret,
  telegram_bot_token_file: workingPath,
  webex_api_url: url,
  rocketchat_api_url: url,
  rocketchat_token: secret,
  rocketchat_token_file: workingPath,
  rocketchat_token_id: secret,
  rocketchat_token_id_file: workingPath,
  mattermost_webhook_url: secretUrl,
  mattermost_webhook_url_file: workingPath,
});

type Read = Values<typeof shape.shape>;
type Defaulted = 'resolve_timeout' | 'http_config' | 'smtp_hello' | 'smtp_require_tls';

/** `global`, defaults filled in: what receivers inherit from. Keys as in the file. */
export type GlobalValues = Read & { [K in Defaulted]-?: NonNullable<Read[K]> };

/** A new object with Alertmanager's defaults. */
export function defaultGlobal(): GlobalValues {
  return {
    resolve_timeout: 300_000,
    http_config: defaultHttpValues,
    smtp_hello: 'localhost',
    smtp_require_tls: true,
    pagerduty_url: 'https://events.pagerduty.com/v2/enqueue',
    opsgenie_api_url: 'https://api.opsgenie.com/',
    wechat_api_url: 'https://qyapi.weixin.qq.com/cgi-bin/',
    victorops_api_url: 'https://alert.victorops.com/integrations/generic/20131114/alert/',
    telegram_api_url: 'https://api.telegram.org',
    webex_api_url: 'https://webexapis.com/v1/messages',
    rocketchat_api_url: 'https://open.rocket.chat/',
    slack_app_url: 'https://slack.com/api/chat.postMessage',
  };
}

/** Pairs of which at most one may be given. */
const WITH_FILE = [
  'smtp_auth_password',
  'smtp_auth_secret',
  'slack_app_token',
  'slack_api_url',
  'opsgenie_api_key',
  'victorops_api_key',
  'telegram_bot_token',
  'rocketchat_token',
  'rocketchat_token_id',
  'wechat_api_secret',
  'mattermost_webhook_url',
];

/** @param place undefined: the file has no `global`. */
export function readGlobal(place: Place | undefined): GlobalValues {
  const values: GlobalValues = { ...defaultGlobal(), ...(place && definedOnly(shape.read(place) ?? {})) };
  if (place === undefined) return values;
  for (const key of WITH_FILE) atMostOne(place, values, [key, `${key}_file`]);
  checkSlack(place, values);
  return values;
}

export function writeGlobal(values: GlobalValues): unknown {
  return shape.write(values);
}

/** The old way to use a bot token, `slack_api_url` being the app URL, is allowed beside the token. */
function checkSlack(place: Place, values: GlobalValues): void {
  const hasToken = Boolean(values.slack_app_token || values.slack_app_token_file);
  const hasUrl = Boolean(values.slack_api_url || values.slack_api_url_file);
  if (!hasToken || !hasUrl || values.slack_api_url?.reveal() === values.slack_app_url) return;
  const keys = 'slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file';
  place.near('slack_api_url', 'slack_api_url_file').report(`at most one of ${keys} must be configured`);
}

/** Without the keys that could not be read, so that they do not undo a default. */
function definedOnly(values: Read): Partial<GlobalValues> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<GlobalValues>;
}
