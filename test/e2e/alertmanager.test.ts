import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AlertmanagerLike, startAlertmanager } from '../support/alertmanager.ts';
import { TestSmtpServer } from '../support/smtp-server.ts';
import { startTocsin } from '../support/tocsin.ts';
import { mailConfig, mailsOf, postJson, unwrapped } from './support.ts';

let smtp: TestSmtpServer;
let tocsin: AlertmanagerLike;
let upstream: AlertmanagerLike;

beforeAll(async () => {
  smtp = await TestSmtpServer.start();
  tocsin = await startTocsin(mailConfig(smtp.smarthost));
  upstream = await startAlertmanager(`
route:
  receiver: tocsin
  group_wait: 0s
  group_interval: 1s
receivers:
- name: tocsin
  webhook_configs:
  - url: ${tocsin.url}/webhooks/alertmanager
`);
});

afterAll(async () => {
  await upstream?.stop();
  await tocsin?.stop();
  await smtp?.close();
});

const alert = {
  labels: { alertname: 'DiskFull', severity: 'critical', instance: 'db-1' },
  annotations: { summary: 'Disk of db-1 is full', description: 'Nothing can be written any more.' },
  generatorURL: 'http://prometheus.example.org/graph?g0.expr=up',
};

test('a real Alertmanager behind which Tocsin is a webhook: its alert becomes an email', async () => {
  expect((await postJson(`${upstream.url}/api/v2/alerts`, [alert])).status).toBe(200);
  const [mail] = await mailsOf(smtp, tocsin, 1);
  expect(mail?.parsed.subject).toBe('[FIRING:1] DiskFull: Disk of db-1 is full');
  const text = unwrapped(mail?.parsed.text);
  expect(text).toContain('Nothing can be written any more.');
  expect(text).toContain('db-1');
  expect(text).toContain('http://prometheus.example.org/graph?g0.expr=up');
});

test('what it reports as resolved is notified as resolved', async () => {
  const over = { ...alert, endsAt: new Date().toISOString() };
  expect((await postJson(`${upstream.url}/api/v2/alerts`, [over])).status).toBe(200);
  const mails = await mailsOf(smtp, tocsin, 2);
  expect(mails[1]?.parsed.subject).toBe('[RESOLVED] DiskFull: Disk of db-1 is full');
  expect(mails).toHaveLength(2);
});
