import { expect, test } from 'vitest';
import { startAlertmanager } from './alertmanager.ts';
import { run } from './process.ts';
import { startPrometheus } from './prometheus.ts';
import { WebhookCollector } from './webhook-collector.ts';

test("Debian's Prometheus, Alertmanager and amtool run and talk to each other", async () => {
  const hook = await WebhookCollector.start();
  const alertmanager = await startAlertmanager(
    `route: {receiver: hook, group_wait: 0s}\nreceivers: [{name: hook, webhook_configs: [{url: '${hook.url('/x')}'}]}]\n`,
  );
  const prometheus = await startPrometheus({
    'prometheus.yml': `
      global: {evaluation_interval: 1s}
      rule_files: [rules.yml]
      alerting: {alertmanagers: [{static_configs: [{targets: ['${new URL(alertmanager.url).host}']}]}]}`,
    'rules.yml': `groups: [{name: g, rules: [{alert: Always, expr: vector(1)}]}]`,
  });
  await expect.poll(() => hook.notifications.length, { timeout: 15_000 }).toBe(1);
  const [notification] = hook.notifications;
  expect(notification?.path).toBe('/x');
  expect(notification?.body.alerts.map(({ labels }) => labels)).toEqual([{ alertname: 'Always' }]);
  const { stdout } = await run('amtool', [`--alertmanager.url=${alertmanager.url}`, 'alert', 'query', '-o', 'simple']);
  expect(stdout).toContain('Always');
  await prometheus.stop();
  await alertmanager.stop();
  await hook.close();
});
