import { DEFAULT_EMAIL } from './default-email.ts';
import type { Source } from './nodes.ts';

/**
 * The definitions that Alertmanager 0.35 has built in, under their names and with the same output. Files of the user may replace each of them,
 * and what calls it then calls theirs.
 */

const VALUES = '{{ .CommonAnnotations.SortedPairs.Values | join " " }}';
const CALLS: Readonly<Record<string, string>> = {
  subject: '{{ template "__subject" . }}',
  url: '{{ template "__alertmanagerURL" . }}',
  name: '{{ template "__alertmanager" . }}',
};
const COLOR = '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}';

/** Pairs of labels or annotations, a line each. */
function pairLines(field: 'Labels' | 'Annotations', indent: string): string {
  return `{{ range .${field}.SortedPairs }}${indent}- {{ .Name }} = {{ .Value }}\n{{ end }}`;
}

const ALERT_LIST = `{{ range . }}Labels:\n${pairLines('Labels', ' ')}Annotations:\n${pairLines('Annotations', ' ')}Source: {{ .GeneratorURL }}\n{{ end }}`;
const MARKDOWN_LIST = `{{ range . }}\nLabels:\n${pairLines('Labels', '  ')}\nAnnotations:\n${pairLines('Annotations', '  ')}\nSource: {{ .GeneratorURL }}\n{{ end }}\n`;

/** Alerts of one state, if there are any, with a line break around. */
function section(state: 'Firing' | 'Resolved', heading: string, list: string): string {
  const alerts = `.Alerts.${state}`;
  return `{{ if ${alerts} }}\n${heading}Alerts ${state}:\n{{ template "${list}" ${alerts} }}\n{{ end }}\n`;
}

function sections(heading: string, list: string): string {
  return section('Firing', heading, list) + section('Resolved', heading, list);
}

/** The same without line breaks around: what is between two sections and behind them is for the caller. */
function compactSection(state: 'Firing' | 'Resolved'): string {
  const alerts = `.Alerts.${state}`;
  return `{{ if ${alerts} }}Alerts ${state}:\n{{ template "__text_alert_list" ${alerts} }}{{ end }}`;
}

const SPACED = sections('', '__text_alert_list');
const MARKDOWN = `\n${sections('# ', '__text_alert_list_markdown')}`;
const COMPACT = `${VALUES}\n${compactSection('Firing')}\n${compactSection('Resolved')}`;

/** The most urgent severity of these alerts. */
function priority(alerts: string): string {
  return `{{ range ${alerts} }}{{ if eq .Labels.severity "critical" }}{{ $priority = "High" }}{{ else if and (eq .Labels.severity "warning") (ne $priority "High") }}{{ $priority = "Medium" }}{{ else if and (eq .Labels.severity "info") (not $priority) }}{{ $priority = "Low" }}{{ end }}{{ end }}`;
}

const DEFINITIONS: Readonly<Record<string, string>> = {
  __alertmanager: 'Alertmanager',
  __alertmanagerURL: '{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}',
  __subject:
    '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ len .Alerts.Firing }}{{ end }}] {{ .GroupLabels.SortedPairs.Values | join " " }} ' +
    '{{ if gt (len .CommonLabels) (len .GroupLabels) }}({{ (.CommonLabels.Remove .GroupLabels.Names).Values | join " " }}){{ end }}',
  __description: '',
  __text_alert_list: ALERT_LIST,
  __text_alert_list_markdown: MARKDOWN_LIST,

  'slack.default.title': 'subject',
  'slack.default.username': 'name',
  'slack.default.fallback': '{{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }}',
  'slack.default.callbackid': '',
  'slack.default.pretext': '',
  'slack.default.titlelink': 'url',
  'slack.default.iconemoji': '',
  'slack.default.iconurl': '',
  'slack.default.text': '',
  'slack.default.footer': '',
  'slack.default.color': COLOR,

  'pagerduty.default.description': 'subject',
  'pagerduty.default.client': 'name',
  'pagerduty.default.clientURL': 'url',
  'pagerduty.default.instances': '{{ template "__text_alert_list" . }}',

  'opsgenie.default.message': 'subject',
  'opsgenie.default.description': COMPACT,
  'opsgenie.default.source': 'url',

  'wechat.default.message': `{{ template "__subject" . }}\n${COMPACT}\nAlertmanagerUrl:\n{{ template "__alertmanagerURL" . }}`,
  'wechat.default.to_user': '',
  'wechat.default.to_party': '',
  'wechat.default.to_tag': '',
  'wechat.default.agent_id': '',

  'victorops.default.state_message': COMPACT,
  'victorops.default.entity_display_name': 'subject',
  'victorops.default.monitoring_tool': 'name',

  'pushover.default.title': 'subject',
  'pushover.default.message': `${VALUES}\n${SPACED}`,
  'pushover.default.url': 'url',

  'sns.default.subject': 'subject',
  'sns.default.message': `${VALUES}\n${SPACED}`,

  'telegram.default.message': `\n${SPACED}`,

  'discord.default.content': '',
  'discord.default.title': 'subject',
  'discord.default.message': `\n${SPACED}`,

  'webex.default.message': `${VALUES}\n${SPACED}`,

  'msteams.default.summary': 'subject',
  'msteams.default.title': 'subject',
  'msteams.default.text': MARKDOWN,

  'msteamsv2.default.title': 'subject',
  'msteamsv2.default.text': MARKDOWN,

  'jira.default.summary': 'subject',
  'jira.default.description': MARKDOWN,
  'jira.default.priority': `{{ $priority := "" }}${priority('.Alerts.Firing')}{{ if not $priority }}${priority('.Alerts.Resolved')}{{ end }}{{ $priority }}`,

  'rocketchat.default.title': 'subject',
  'rocketchat.default.alias': 'name',
  'rocketchat.default.titlelink': 'url',
  'rocketchat.default.emoji': '',
  'rocketchat.default.iconurl': '',
  'rocketchat.default.text': '',

  'mattermost.default.color': COLOR,
  'mattermost.default.username': 'name',
  'mattermost.default.title': 'subject',
  'mattermost.default.titlelink': 'url',
  'mattermost.default.fallback':
    '{{ template "mattermost.default.title" . }} | {{ template "mattermost.default.titlelink" . }}',
  'mattermost.default.text': MARKDOWN,

  'email.default.subject': 'subject',
  'email.default.html': DEFAULT_EMAIL,
};

/** What stands before a definition: the first are on Alertmanager's lines, which errors name. */
const BEFORE = ['', '\n', '\n\n', '\n', '\n\n', '\n\n'];
/** So many line breaks stand between Alertmanager's definitions; an HTML string without text of its own renders them. */
const LINE_BREAKS = 81;

function sourceText(): string {
  const definitions = Object.entries(DEFINITIONS).map(
    ([name, body]) => `{{ define "${name}" }}${CALLS[body] ?? body}{{ end }}`,
  );
  const between = definitions.map((_, index) => BEFORE[index] ?? '\n');
  const missing = LINE_BREAKS - between.join('').length;
  return definitions.map((definition, index) => between[index] + definition).join('') + '\n'.repeat(missing);
}

export const DEFAULT_TEMPLATES: readonly Source[] = [{ name: '', text: sourceText() }];
