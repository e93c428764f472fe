import { benchAlert, postAlerts, range } from '../alerts.ts';
import type { Metric, Scenario } from '../scenario.ts';
import { DEBIAN, reference, type SubjectName } from '../subject.ts';

/** ms after which a run that brings no more messages is over. */
const PATIENCE = 60_000;
const COUNT = 5_000;

/** A body of its own for each alert: labels as JSON, a text with a loop, a time, and defaults. */
const PAYLOAD = {
  title: '{{ template "slack.default.title" . }}',
  status: '{{ .Status | toUpper }}',
  labels: '{{ .CommonLabels | toJson }}',
  text: '{{ range .Alerts }}{{ .Labels.alertname }} on {{ .Labels.instance }} since {{ .StartsAt.Format "2006-01-02 15:04:05 MST" }}\n{{ range .Annotations.SortedPairs }}{{ .Name }}: {{ .Value }}\n{{ end }}{{ end }}',
  count: '{{ len .Alerts.Firing }}',
  link: '{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}',
};

const METRICS: readonly Metric[] = [
  { name: 'messages', unit: '/s', target: { of: 'ratio', atLeast: 1 } },
  { name: 'CPU per message', unit: 'ms' },
];

/** One message per alert. @param receiver the entry of a sink, as the program takes it. */
function messageScenario(
  number: number,
  name: string,
  receiver: (sink: string, subject: SubjectName) => unknown,
): Scenario {
  return {
    number,
    name,
    metrics: METRICS,
    config: (sink, subject) => ({
      route: { receiver: 'sink', group_by: ['...'], group_wait: '0s', group_interval: '1m' },
      receivers: [{ name: 'sink', ...(receiver(sink, subject) as object) }],
    }),
    async run(subject, { quick }, sink) {
      const count = quick ? COUNT / 10 : COUNT;
      let messages = 0;
      sink.onRequest = () => {
        messages++;
      };
      const cpu = subject.cpuSeconds();
      const start = performance.now();
      await postAlerts(
        subject.url,
        range(count).map((n) => benchAlert(n, Date.now() + 3_600_000)),
      );
      while (messages < count && performance.now() - start < PATIENCE) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const seconds = (performance.now() - start) / 1_000;
      return [messages / seconds, ((subject.cpuSeconds() - cpu) * 1_000) / messages];
    },
  };
}

/** Debian's Alertmanager has none yet: it sends its plain body, which is less work. */
function hasPayload(subject: SubjectName): boolean {
  return subject === 'Tocsin' || reference.command !== DEBIAN;
}

export const messages: readonly Scenario[] = [
  messageScenario(14, '5,000 webhooks with a templated payload', (url, subject) => ({
    webhook_configs: [{ url, ...(hasPayload(subject) && { payload: PAYLOAD }) }],
  })),
  messageScenario(14.1, '5,000 Slack messages with default texts', (url) => ({
    slack_configs: [{ api_url: url, channel: '#alerts', send_resolved: true }],
  })),
];
