import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '../support/process.ts';
import { TestSmtpServer } from '../support/smtp-server.ts';
import { startTocsin } from '../support/tocsin.ts';
import { mailsOf, unwrapped } from './support.ts';

const CONFIG = readFileSync(new URL('../fixtures/calico/alertmanager-config.yaml', import.meta.url), 'utf8');

test("the file that Calico's users have, unmodified: amtool adds an alert, and its mail goes out as the file says", async () => {
  const smtp = await TestSmtpServer.start({
    port: 2587,
    tls: 'starttls',
    auth: { username: 'calico@example.org', password: 'not-a-real-password' },
  });
  onTestFinished(() => smtp.close());
  const tocsin = await startTocsin(CONFIG);
  onTestFinished(() => tocsin.stop());

  const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const added = await run('amtool', [
    'alert',
    'add',
    `--alertmanager.url=${tocsin.url}`,
    // Older than group_wait, so that the group does not wait for others.
    `--start=${anHourAgo}`,
    '--annotation=summary=Policy default|default.test|deny is denying packets',
    'alertname=PolicyDeny',
    'job=calico-node-metrics',
    'policy=default|default.test|deny',
    'srcIP=192.168.132.71',
    'pod=calico-node-7xk2p',
  ]);
  expect(added.code, added.stderr).toBe(0);

  const [mail] = await mailsOf(smtp, tocsin, 1);
  expect(mail?.secure).toBe(true);
  expect(mail?.user).toBe('calico@example.org');
  expect(mail?.from).toBe('calico@example.org');
  expect(mail?.to).toEqual(['netsec@example.org']);
  expect(mail?.parsed.subject).toBe('Calico Alerts');
  expect(unwrapped(mail?.parsed.text)).toContain('192.168.132.71');
  expect(tocsin.process.output).not.toContain('not-a-real-password');
});
