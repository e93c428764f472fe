import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadConfigFile } from '../../src/config/load.ts';
import { checkStrings } from '../../src/templating/check-strings.ts';
import { options } from '../config/support.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-strings-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Every B is a template that does not parse. */
const ENTRIES = `
  discord_configs: [{webhook_url: http://x, title: B, message: B, content: B}]
  incidentio_configs: [{url: http://x, alert_source_token: t, metadata: {m: B}}]
  jira_configs: [{api_url: http://x, project: B, issue_type: B, summary: B, description: {template: B}, priority: B, labels: [B], fields: {f: [B]}}]
  mattermost_configs: [{webhook_url: http://x, channel: B, username: B, text: B, title: B, attachments: [{text: B, fields: [{title: B, value: B}]}], props: {card: B}, priority: {priority: B}}]
  msteams_configs: [{webhook_url: http://x, title: B, summary: B, text: B}]
  msteamsv2_configs: [{webhook_url: http://x, title: B, text: B}]
  opsgenie_configs: [{api_key: k, message: B, description: B, source: B, details: {d: B}, responders: [{name: B, type: B}], tags: B, note: B, priority: B, entity: B, actions: B}]
  pagerduty_configs: [{routing_key: k, description: B, client: B, client_url: B, details: {d: B}, images: [{src: B, alt: B, href: B}], links: [{href: B, text: B}], source: B, severity: B, class: B, component: B, group: B}]
  pushover_configs: [{user_key: u, token: t, title: B, message: B, url: B, url_title: B, device: B, sound: B, priority: B}]
  rocketchat_configs: [{token: t, token_id: i, channel: B, color: B, title: B, text: B, message_text: B, emoji: B, fields: [{title: B, value: B}], actions: [{text: B, url: B, msg: B}]}]
  slack_configs: [{api_url: http://x, channel: B, username: B, color: B, title: B, title_link: B, pretext: B, text: B, message_text: B, footer: B, fallback: B, callback_id: B, icon_emoji: B, icon_url: B, image_url: B, thumb_url: B, fields: [{title: B, value: B}], actions: [{type: B, text: B, url: B, style: B}, {type: B, text: B, name: B, value: B, confirm: {text: B, title: B, ok_text: B, dismiss_text: B}}]}]
  sns_configs: [{sigv4: {region: r}, topic_arn: B, subject: B, message: B, attributes: {a: B}}]
  telegram_configs: [{bot_token: t, chat_id: 1, message: B}]
  victorops_configs: [{api_key: k, routing_key: B, message_type: B, state_message: B, entity_display_name: B, monitoring_tool: B, custom_fields: {c: B}}]
  webex_configs: [{room_id: B, message: B, http_config: {authorization: {credentials: c}}}]
  wechat_configs: [{api_secret: s, corp_id: c, message: B, to_user: B, to_party: B, to_tag: B, agent_id: B}]
`;

it.each(
  ENTRIES.trim()
    .split('\n')
    .map((line) => [line.trim().split('_configs')[0], line]),
)('warns at load of each string of %s that is no template', async (_kind, entry) => {
  const path = join(directory, 'strings.yml');
  writeFileSync(
    path,
    `route: {receiver: r}\nreceivers:\n- name: r\n  ${entry?.trim().replaceAll(/\bB\b/g, "'{{ if }}'")}\n`,
  );
  const { warnings } = await loadConfigFile(path, { ...options, checkTemplates: checkStrings });
  const places = warnings.filter((text) => text.includes('missing value for if'));
  expect(places).toHaveLength(entry?.match(/\bB\b/g)?.length ?? 0);
});
