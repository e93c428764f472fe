import { benchAlert, postAlerts, range } from '../alerts.ts';
import type { Metric, Scenario } from '../scenario.ts';
import type { Subject } from '../subject.ts';
import { groupedConfig, ingest, resendBodies, resendLua } from './ingest.ts';
import { postSilence, read } from './reads.ts';

/** Ingest while something must be asked of every alert: silences, routes, inhibition rules. */

const ALERTS = 5_000;
const SILENCES = 2_000;
const ROUTES = 2_000;
const RULES = 100;

const HOUR = 3_600_000;

function ingestMetrics(atLeast: number): Metric[] {
  return [
    { name: 'alerts', unit: '/s', target: { of: 'ratio', atLeast } },
    { name: 'CPU per 1,000 alerts', unit: 'ms' },
    { name: 'p99 of a batch', unit: 'ms' },
    { name: '/-/healthy p99', unit: 'ms', target: { of: 'value', atMost: 20 } },
  ];
}

type LabelsOf = (n: number) => Readonly<Record<string, string>>;

/** Makes the alerts known, then re-sends them. */
async function resendKnown(subject: Subject, count: number, labels: LabelsOf, seconds: number): Promise<number[]> {
  await postAlerts(
    subject.url,
    range(count).map((n) => benchAlert(n, Date.now() + HOUR, labels(n))),
  );
  const load = await ingest(subject, resendLua(resendBodies(count, labels)), seconds);
  return [load.alertsPerSecond, load.cpu, load.result.p99, load.healthy];
}

export const silences: Scenario = {
  number: 5,
  name: `${SILENCES} active regex silences, ${ALERTS} alerts`,
  metrics: [
    ...ingestMetrics(2),
    { name: 'first read after a new silence', unit: 'ms', target: { of: 'ratio', atMost: 1 / 50 } },
  ],
  config: groupedConfig,
  async run(subject, { seconds }) {
    for (const n of range(SILENCES)) await postSilence(subject, 'instance', `10\\.0\\.${n}:91[0-9]+`, true);
    const loaded = await resendKnown(subject, ALERTS, () => ({}), seconds);
    await postSilence(subject, 'instance', '10\\.0\\.49.*', true);
    return [...loaded, await read(subject, '/api/v2/alerts', 1)];
  },
};

const teamOf: LabelsOf = (n) => ({ team: `team-${n % ROUTES}` });

export const routes: Scenario = {
  number: 6,
  name: `${ROUTES} routes, ${ALERTS} alerts`,
  metrics: ingestMetrics(4),
  config: (sink) => ({
    route: {
      receiver: 'sink',
      group_by: ['alertname'],
      group_wait: '30s',
      routes: range(ROUTES).map((n) => ({ receiver: 'sink', matchers: [`team="team-${n}"`] })),
    },
    receivers: [{ name: 'sink', webhook_configs: [{ url: sink }] }],
  }),
  run: (subject, { seconds }) => resendKnown(subject, ALERTS, teamOf, seconds),
};

/** First the sources, then as many targets that they inhibit. */
const roleOf: LabelsOf = (n) => ({
  role: n < ALERTS ? 'source' : 'target',
  rule: `${n % RULES}`,
  pair: `${n % ALERTS}`,
});

export const inhibition: Scenario = {
  number: 7,
  name: `${RULES} inhibition rules, ${ALERTS} sources, ${ALERTS} targets`,
  metrics: [...ingestMetrics(2), { name: 'GET /api/v2/alerts', unit: 'ms', target: { of: 'ratio', atMost: 1 / 20 } }],
  config: (sink) => ({
    ...(groupedConfig(sink) as object),
    inhibit_rules: range(RULES).map((n) => ({
      source_matchers: ['role="source"', `rule="${n}"`],
      target_matchers: ['role="target"', `rule="${n}"`],
      equal: ['pair'],
    })),
  }),
  async run(subject, { seconds }) {
    const loaded = await resendKnown(subject, ALERTS * 2, roleOf, seconds);
    return [...loaded, await read(subject, '/api/v2/alerts', 3)];
  },
};
