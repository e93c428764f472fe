import { expect, onTestFinished, test } from 'vitest';
import { certificates } from '../support/certificates.ts';
import { startPostfix } from '../support/postfix.ts';
import { TestSmtpServer } from '../support/smtp-server.ts';
import { startTocsin } from '../support/tocsin.ts';
import { mailsOf, postJson } from './support.ts';

const SUMMARY = 'Größe überschritten: 日本語 🔥 and a line that is long enough to be folded where it must not break';

// Postfix's master starts as root only.
test.runIf(process.getuid?.() === 0)('through a real Postfix, by STARTTLS, a mail arrives as it left', async () => {
  const smtp = await TestSmtpServer.start();
  onTestFinished(() => smtp.close());
  const postfix = await startPostfix(`127.0.0.1:${smtp.port}`);
  onTestFinished(() => postfix.stop());
  const tocsin = await startTocsin(`
global:
  smtp_from: Tocsin <tocsin@example.org>
route: { receiver: both, group_wait: 0s }
receivers:
- name: both
  email_configs:
  - to: straight@example.org
    smarthost: ${smtp.smarthost}
    require_tls: false
  - to: Süd <by-postfix@example.org>
    smarthost: ${postfix.smarthost}
    tls_config: { ca_file: ${certificates().ca.certFile} }
`);
  onTestFinished(() => tocsin.stop());

  const alert = {
    labels: { alertname: 'DiskFull', severity: 'critical', path: '.\n..\n.' },
    annotations: { summary: SUMMARY, description: `.\nFrom here\n${'x'.repeat(3_000)}` },
  };
  expect((await postJson(`${tocsin.url}/api/v2/alerts`, [alert])).status).toBe(200);

  const mails = await mailsOf(smtp, tocsin, 2).catch((error: Error) => {
    throw new Error(`${error.message}\n--- Postfix ---\n${postfix.log()}`);
  });
  const to = (address: string) => mails.find((mail) => mail.to.includes(address))?.parsed;
  const straight = to('straight@example.org');
  const relayed = to('by-postfix@example.org');
  expect(relayed?.headers.get('received')).toMatch(/by postfix\.test \(Postfix\) with ESMTPS/);
  expect(relayed?.subject).toBe(straight?.subject);
  expect(relayed?.subject).toContain('日本語 🔥');
  expect(relayed?.text).toBe(straight?.text);
  expect(relayed?.html).toBe(straight?.html);
  expect(relayed?.text).toContain('x'.repeat(60));
  expect(relayed?.to).toMatchObject({ value: [{ address: 'by-postfix@example.org', name: 'Süd' }] });
  expect(relayed?.from).toMatchObject({ text: '"Tocsin" <tocsin@example.org>' });
});
