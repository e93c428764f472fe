import { benchAlert, postAlerts, range } from '../alerts.ts';
import type { Scenario } from '../scenario.ts';
import { groupedConfig } from './ingest.ts';

const ACTIVE = 100_000;
/** ms after which groups have been flushed, alerts collected, and memory given back. */
const SETTLED = 15_000;

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SETTLED));
}

export const memory: Scenario = {
  number: 12,
  name: `${ACTIVE} active alerts, then resolved`,
  metrics: [
    { name: 'memory with all active', unit: 'MB', target: { of: 'ratio', atMost: 1 } },
    { name: 'memory after all resolved', unit: 'MB', target: { of: 'ratio', atMost: 1 } },
    { name: 'given back', unit: '%', target: { of: 'value', atLeast: 50 } },
    { name: 'peak memory', unit: 'MB' },
  ],
  flags: ['--alerts.gc-interval=2s'],
  config: (sink) => ({
    ...(groupedConfig(sink) as object),
    route: { receiver: 'nobody', group_by: ['alertname'], group_wait: '1s', group_interval: '1s' },
    receivers: [{ name: 'nobody' }],
  }),
  async run(subject, { quick }) {
    const count = quick ? ACTIVE / 10 : ACTIVE;
    const idle = subject.memoryMB();
    const post = (endsAt: number): Promise<void> =>
      postAlerts(
        subject.url,
        range(count).map((n) => ({ ...benchAlert(n, endsAt), startsAt: '2026-01-01T00:00:00Z' })),
      );
    await post(Date.now() + 3_600_000);
    await settled();
    const active = subject.memoryMB();
    await post(Date.now());
    await settled();
    const after = subject.memoryMB();
    return [active, after, ((active - after) / (active - idle)) * 100, subject.peakMemoryMB()];
  },
};
