import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { benchAlert, postAlerts, range } from '../alerts.ts';
import { HealthProbe } from '../health.ts';
import type { Scenario } from '../scenario.ts';
import { median } from '../statistics.ts';
import type { Subject } from '../subject.ts';

const ALERTS = 10_000;
const GROUPS = 500;
const SILENCES = 200;

/**
 * Bytes are dropped as they come: keeping 7 MB would take the client as long as a fast server needs to make them.
 * @returns the median of the times that the reads took, ms.
 */
export async function read(subject: Subject, path: string, times: number): Promise<number> {
  const samples: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    const [response] = (await once(get(`${subject.url}${path}`), 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
    if (response.statusCode !== 200) throw new Error(`${subject.name}: GET ${path}: ${response.statusCode}`);
    samples.push(performance.now() - start);
  }
  return median(samples);
}

export async function postSilence(subject: Subject, name: string, value: string, isRegex: boolean): Promise<void> {
  const response = await fetch(`${subject.url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      matchers: [{ name, value, isRegex }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: 'bench',
      comment: 'bench',
    }),
  });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${subject.name}: POST /api/v2/silences: ${response.status}`);
}

const ratio = { of: 'ratio', atMost: 0.5 } as const;

export const reads: Scenario = {
  number: 4,
  name: `reads with ${ALERTS} alerts in ${GROUPS} groups and ${SILENCES} silences`,
  metrics: [
    { name: 'groups p50', unit: 'ms', target: ratio },
    { name: 'filtered alerts p50', unit: 'ms', target: ratio },
    { name: '/metrics p50', unit: 'ms', target: ratio },
    { name: 'CPU', unit: 's' },
    { name: '/-/healthy p99', unit: 'ms', target: { of: 'value', atMost: 20 } },
  ],
  config: (sink) => ({
    route: { receiver: 'sink', group_by: ['group'], group_wait: '5m' },
    receivers: [{ name: 'sink', webhook_configs: [{ url: sink }] }],
  }),
  async run(subject, { quick }) {
    const later = Date.now() + 3_600_000;
    await postAlerts(
      subject.url,
      range(ALERTS).map((n) => benchAlert(n, later, { group: `${n % GROUPS}` })),
    );
    for (const n of range(SILENCES)) await postSilence(subject, 'instance', `10\\.0\\.${n}:9100`, true);
    const times = quick ? 5 : 20;
    const filter = `filter=${encodeURIComponent('severity="critical"')}&filter=${encodeURIComponent('namespace=~"team-1.*"')}`;
    const health = await HealthProbe.start(subject.url);
    const cpu = subject.cpuSeconds();
    const groups = await read(subject, '/api/v2/alerts/groups', times);
    const filtered = await read(subject, `/api/v2/alerts?${filter}`, times);
    const metrics = await read(subject, '/metrics', times);
    return [groups, filtered, metrics, subject.cpuSeconds() - cpu, await health.stop()];
  },
};
