import { benchAlert, postAlerts } from '../alerts.ts';
import type { Scenario } from '../scenario.ts';
import { percentile } from '../statistics.ts';

/** From sending one alert to having read its webhook notification, one alert at a time. */
export const latency: Scenario = {
  number: 10,
  name: 'one alert to a webhook at group_wait 0',
  metrics: [
    { name: 'p50', unit: 'ms' },
    { name: 'p99', unit: 'ms', target: { of: 'value', atMost: 3 } },
  ],
  config: (sink) => ({
    route: { receiver: 'sink', group_by: ['...'], group_wait: '0s' },
    receivers: [{ name: 'sink', webhook_configs: [{ url: sink }] }],
  }),
  async run(subject, { quick }, sink) {
    const times = quick ? 200 : 1_000;
    const samples: number[] = [];
    for (let n = 0; n < times; n++) {
      const arrived = new Promise<number>((resolve) => {
        sink.onAlerts = ([labels]) => {
          if (labels?.serial === `${n}`) resolve(performance.now());
        };
      });
      const alert = benchAlert(n, Date.now() + 300_000, { serial: `${n}` });
      const start = performance.now();
      await postAlerts(subject.url, [alert]);
      samples.push((await arrived) - start);
    }
    // The first hundred pay for compiling the path.
    const warm = samples.slice(100);
    return [percentile(warm, 0.5), percentile(warm, 0.99)];
  },
};
