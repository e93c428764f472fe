import { benchAlert, postAlerts, range } from '../alerts.ts';
import type { Scenario } from '../scenario.ts';
import { type Subject, startSubject } from '../subject.ts';
import { groupedConfig, ingest, resendBodies, resendLua } from './ingest.ts';
import { postSilence } from './reads.ts';

/** Does an alert cost more where there is ten times as much of something? */
interface Kind {
  readonly name: string;
  /** How much there is of it at 1x. */
  readonly count: number;
  /** Known alerts that are sent again. */
  readonly alerts: (count: number) => number;
  readonly labels: (n: number, count: number) => Readonly<Record<string, string>>;
  readonly config: (sink: string, count: number) => unknown;
  readonly prepare?: (subject: Subject, count: number) => Promise<void>;
}

const ALERTS = 1_984;
const HOUR = 3_600_000;
const usual = { alerts: () => ALERTS, labels: () => ({}), config: groupedConfig };

const KINDS: readonly Kind[] = [
  { ...usual, name: 'alerts', count: 992, alerts: (count) => count },
  {
    ...usual,
    name: 'groups',
    count: 190,
    labels: (n, count) => ({ group: `${n % count}` }),
    config: (sink) => ({
      ...(groupedConfig(sink) as object),
      route: { receiver: 'sink', group_by: ['group'], group_wait: '30s' },
    }),
  },
  {
    ...usual,
    name: 'silences',
    count: 200,
    prepare: async (subject, count) => {
      for (const n of range(count)) await postSilence(subject, 'instance', `10\\.0\\.${n}:91[0-9]+`, true);
    },
  },
  {
    ...usual,
    name: 'routes',
    count: 200,
    labels: (n, count) => ({ team: `team-${n % count}` }),
    config: (sink, count) => ({
      ...(groupedConfig(sink) as object),
      route: {
        receiver: 'sink',
        group_by: ['alertname'],
        routes: range(count).map((n) => ({ receiver: 'sink', matchers: [`team="team-${n}"`] })),
      },
    }),
  },
  {
    ...usual,
    name: 'inhibition rules',
    count: 10,
    labels: (n, count) => ({ role: n % 2 === 0 ? 'source' : 'target', rule: `${n % count}` }),
    config: (sink, count) => ({
      ...(groupedConfig(sink) as object),
      inhibit_rules: range(count).map((n) => ({
        source_matchers: ['role="source"', `rule="${n}"`],
        target_matchers: ['role="target"', `rule="${n}"`],
      })),
    }),
  },
];

async function cpuPerAlert(subject: Subject, kind: Kind, count: number, seconds: number): Promise<number> {
  await kind.prepare?.(subject, count);
  const labels = (n: number): Readonly<Record<string, string>> => kind.labels(n, count);
  const alerts = kind.alerts(count);
  await postAlerts(
    subject.url,
    range(alerts).map((n) => benchAlert(n, Date.now() + HOUR, labels(n))),
  );
  const lua = resendLua(resendBodies(alerts, labels));
  // Compiles the path.
  await ingest(subject, lua, 2);
  return (await ingest(subject, lua, seconds)).cpu;
}

export const slopes: readonly Scenario[] = KINDS.map((kind, i) => ({
  number: 13 + i / 10,
  name: `cost of an alert with ${kind.count} and with ${kind.count * 10} ${kind.name}`,
  metrics: [
    { name: 'CPU per 1,000 alerts, 1x', unit: 'ms' },
    { name: 'CPU per 1,000 alerts, 10x', unit: 'ms' },
    { name: 'slope', unit: 'x' },
  ],
  config: (sink) => kind.config(sink, kind.count * 10),
  async run(subject, { quick, seconds }, sink) {
    const load = quick ? seconds : seconds / 2;
    const small = await startSubject(subject.name, kind.config(sink.url, kind.count));
    const once = await cpuPerAlert(small, kind, kind.count, load).finally(() => small.stop());
    const tenfold = await cpuPerAlert(subject, kind, kind.count * 10, load);
    return [once, tenfold, tenfold / once];
  },
}));
