import { afterEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/alert/alert.ts';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { type SmtpServerOptions, TestSmtpServer } from '../../support/smtp-server.ts';
import { testContext } from '../support/context.ts';
import { emailConfig } from '../support/email.ts';
import { alertWith, notificationOf } from '../support/notification.ts';
import { never } from '../support/until.ts';

const YAML = 'apiVersion: networking.k8s.io/v1\r\nkind: NetworkPolicy\n# für alle: ü, 日本\n';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function policy(cluster: string, yaml: string, more: object = {}) {
  const { alert, status } = alertWith({ cluster });
  const changed: Alert = { ...alert, source: 'rhacs', details: { networkpolicy: { cluster, yaml }, ...more } };
  return { alert: changed, status };
}

async function send(alerts: ReturnType<typeof policy>[], options: SmtpServerOptions = {}, over = {}) {
  const server = await TestSmtpServer.start(options);
  const receiver = createEmailReceiver(emailConfig(server, { template: 'default', ...over }), await testContext());
  open.push(server, receiver);
  await receiver.send(notificationOf(alerts), never);
  const [mail] = server.mails;
  if (!mail) throw new Error('no mail came');
  return mail;
}

describe('a network policy', () => {
  it('goes along byte for byte, beside both parts', async () => {
    const { raw, parsed } = await send([policy('prod-eu-1', YAML)]);
    const [file, ...others] = parsed.attachments;
    expect(others).toEqual([]);
    expect(file).toMatchObject({
      filename: 'network-policy-prod-eu-1.yaml',
      contentType: 'application/yaml',
      contentDisposition: 'attachment',
    });
    expect(file?.content.toString('utf8')).toBe(YAML);
    expect(parsed.text).toBe('DiskFull: Disk 95 % full\n');
    expect(parsed.html).toBe('<p>DiskFull: Disk 95 % full</p>\n');
    expect(raw).toMatch(/^Content-Type: multipart\/mixed;\r\n boundary="[^"]+"\r\n\r\n.*multipart\/alternative/ms);
    expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThan(100);
  });

  it('is a file of its own each; an email without one is as it was', async () => {
    const { parsed } = await send([policy('a', 'a: 1\n'), policy('a/../"b', 'b: 1\n'), alertWith({ instance: 'c' })]);
    expect(parsed.attachments.map(({ filename, content }) => [filename, content.toString()])).toEqual([
      ['network-policy-a.yaml', 'a: 1\n'],
      ['network-policy-a-..-b-2.yaml', 'b: 1\n'],
    ]);
    const { raw } = await send([alertWith({})]);
    expect(raw).not.toContain('multipart/mixed');
  });

  it('goes along with a single part, too', async () => {
    const { parsed, raw } = await send([policy('a', 'a: 1\n')], {}, { html: '' });
    expect(parsed.attachments).toHaveLength(1);
    expect(raw).not.toContain('multipart/alternative');
  });

  it('is not sent by half, nor beyond 20 files or 2 million characters', async () => {
    const cut = await send([policy('a', 'a: 1\n', { omitted: { values: 1 } })]);
    expect(cut.parsed.attachments).toEqual([]);
    const many = await send(Array.from({ length: 25 }, (_, i) => policy(`c${i}`, 'a: 1\n')));
    expect(many.parsed.attachments).toHaveLength(20);
    const long = await send([policy('a', 'x'.repeat(1_500_000)), policy('b', 'x'.repeat(600_000)), policy('c', 'c')]);
    expect(long.parsed.attachments.map(({ filename }) => filename)).toEqual([
      'network-policy-a.yaml',
      'network-policy-c-2.yaml',
    ]);
  });

  it('stays behind where the server takes no mail of that size, and the mail says so', async () => {
    const { parsed } = await send([policy('a', 'x'.repeat(200_000))], { size: 100_000 });
    expect(parsed.attachments).toEqual([]);
    expect(parsed.text).toMatch(
      /^\[Truncated: the email has \d+ bytes, the limit is 100000\. Attachments were left out\.\]\n\nDiskFull: Disk 95 % full\n/,
    );
  });
});
