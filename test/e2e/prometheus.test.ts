import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlertmanagerLike } from '../support/alertmanager.ts';
import { TestHttpServer } from '../support/http-server.ts';
import { type Prometheus, startPrometheus } from '../support/prometheus.ts';
import { TestSmtpServer } from '../support/smtp-server.ts';
import { startTocsin } from '../support/tocsin.ts';
import { mailConfig, mailsOf, RECIPIENT, unwrapped } from './support.ts';

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/calico/${name}`, import.meta.url), 'utf8');

const DENIED = [
  { srcIP: '192.168.132.71', pod: 'calico-node-7xk2p' },
  { srcIP: '192.168.132.88', pod: 'calico-node-7xk2p' },
  { srcIP: '192.168.77.12', pod: 'calico-node-q9v4c' },
];

let metrics: string;
let exporter: TestHttpServer;
let smtp: TestSmtpServer;
let tocsin: AlertmanagerLike;
let prometheus: Prometheus;

beforeAll(async () => {
  metrics = fixture('metrics.prom');
  exporter = await TestHttpServer.start(() => ({
    status: 200,
    headers: { 'Content-Type': 'text/plain; version=0.0.4' },
    body: metrics,
  }));
  smtp = await TestSmtpServer.start();
  tocsin = await startTocsin(mailConfig(smtp.smarthost));
  prometheus = await startPrometheus({
    'rules.yml': fixture('rules.yml'),
    'prometheus.yml': fixture('prometheus.yml')
      .replaceAll('127.0.0.1:9091', `127.0.0.1:${exporter.port}`)
      .replaceAll('127.0.0.1:9093', new URL(tocsin.url).host)
      .replaceAll('_interval: 5s', '_interval: 1s'),
  });
});

afterAll(async () => {
  await prometheus?.stop();
  await tocsin?.stop();
  await smtp?.close();
  await exporter?.close();
});

test("Calico's metrics and rule, through a real Prometheus, become a mail that says who was denied", async () => {
  const [mail] = await mailsOf(smtp, tocsin, 1);
  expect(mail?.to).toEqual([RECIPIENT]);
  expect(mail?.parsed.subject).toBe('[FIRING:3] Calico: default.test denied packets from 192.168.132.71 and 2 others');
  for (const body of [mail?.parsed.text, mail?.parsed.html]) {
    const said = unwrapped(body);
    for (const { srcIP, pod } of DENIED) {
      expect(said).toContain(srcIP);
      expect(said).toContain(pod);
    }
    expect(said).toContain('default.test');
    // Not what the rule leaves out: the quarantine policy.
    expect(said).not.toContain('192.168.77.40');
  }
});

test('when no more packets are denied, the email says resolved', async () => {
  metrics = metrics.replaceAll(/ \d+$/gm, ' 0');
  const mails = await mailsOf(smtp, tocsin, 2);
  expect(mails[1]?.parsed.subject).toBe(
    '[RESOLVED] Calico: default.test denied packets from 192.168.132.71 and 2 others',
  );
  for (const { srcIP } of DENIED) expect(unwrapped(mails[1]?.parsed.text)).toContain(srcIP);
});
