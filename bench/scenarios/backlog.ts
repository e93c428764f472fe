import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { benchAlert, postAlerts, range } from '../alerts.ts';
import type { Scenario } from '../scenario.ts';
import { percentile } from '../statistics.ts';
import type { Subject } from '../subject.ts';

const GROUPS = 20_000;
const KNOWN = 500;
/** Nobody listens on the discard port. */
const DEAD = '127.0.0.1:9';

async function readOne(subject: Subject): Promise<void> {
  const path = `/api/v2/alerts/groups?filter=${encodeURIComponent('group="7"')}`;
  const [response] = (await once(get(`${subject.url}${path}`), 'response')) as [IncomingMessage];
  await once(response.resume(), 'end');
}

async function times(until: number, pause: number, act: (i: number) => Promise<void>): Promise<number[]> {
  const samples: number[] = [];
  for (let i = 0; Date.now() < until; i++) {
    const start = performance.now();
    await act(i);
    samples.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return samples;
}

/** Reads and POSTs while an email for each of many groups waits for a mail server that is down. */
export const backlog: Scenario = {
  number: 14,
  name: `${GROUPS} groups that wait for a dead mail server`,
  metrics: [
    { name: 'groups p99', unit: 'ms', target: { of: 'value', atMost: 500 } },
    { name: `POST of ${KNOWN} known p99`, unit: 'ms', target: { of: 'value', atMost: 50 } },
    { name: 'memory', unit: 'MB' },
  ],
  config: () => ({
    global: { smtp_smarthost: DEAD, smtp_from: 'bench@example.org', smtp_require_tls: false },
    route: { receiver: 'mail', group_by: ['group'], group_wait: '1s', group_interval: '30s' },
    receivers: [{ name: 'mail', email_configs: [{ to: 'ops@example.org' }] }],
  }),
  async run(subject, { quick, seconds }) {
    const later = Date.now() + 3_600_000;
    const alerts = range(quick ? GROUPS / 10 : GROUPS).map((n) => benchAlert(n, later, { group: `${n}` }));
    await postAlerts(subject.url, alerts);
    const until = Date.now() + 1_000 * Math.max(seconds, 40);
    const [reads, posts] = await Promise.all([
      times(until, 100, () => readOne(subject)),
      times(until, 200, (i) => {
        const from = (i * KNOWN) % alerts.length;
        return postAlerts(subject.url, alerts.slice(from, from + KNOWN));
      }),
    ]);
    return [percentile(reads, 0.99), percentile(posts, 0.99), subject.memoryMB()];
  },
};
