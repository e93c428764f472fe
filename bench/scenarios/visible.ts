import { benchAlert, postAlerts, range } from '../alerts.ts';
import type { Scenario } from '../scenario.ts';
import { groupedConfig } from './ingest.ts';

const NEW = 20_000;

/** How long after the last POST the groups show every new alert. */
export const visible: Scenario = {
  number: 3,
  name: `${NEW} new alerts: all visible in /api/v2/alerts/groups`,
  metrics: [
    { name: 'after the last POST', unit: 'ms', target: { of: 'ratio', atMost: 1 } },
    { name: 'POSTs, one after the other', unit: 'ms' },
  ],
  config: groupedConfig,
  async run(subject) {
    const alerts = range(NEW).map((n) => benchAlert(n, Date.now() + 300_000));
    const start = performance.now();
    await postAlerts(subject.url, alerts);
    const posted = performance.now();
    const deadline = posted + 30_000;
    for (;;) {
      const text = await (await fetch(`${subject.url}/api/v2/alerts/groups`)).text();
      const seen = performance.now();
      if (text.split('"fingerprint":').length - 1 === NEW) return [seen - posted, posted - start];
      if (seen > deadline) throw new Error(`${subject.name}: not all alerts are visible after 30 s`);
    }
  },
};
