import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NotifiedAlert } from '../../../src/alert/notification.ts';
import { type SecurityEvent, securityEvent } from '../../../src/receivers/events/security-event.ts';
import { formatCef } from '../../../src/receivers/syslog/cef.ts';
import { type MessageOptions, syslogMessage } from '../../../src/receivers/syslog/message.ts';
import { alertWith } from '../support/notification.ts';
import { notifierBody, rhacsAlert } from '../support/rhacs.ts';

const NOW = Date.parse('2026-08-20T19:14:03Z');

const OPTIONS: MessageOptions = {
  format: 'cef',
  signatureId: 'alert',
  facility: 16,
  hostname: 'central',
  appName: 'tocsin',
  vendor: 'StackRox',
  product: 'Kubernetes Security Platform',
  version: '4.11.0',
  pid: 1,
  extraFields: new Map([['source', 'r=a']]),
  maxSize: 0,
};

function message(notified: NotifiedAlert, over: Partial<MessageOptions> = {}): string {
  return syslogMessage(securityEvent(notified, NOW), { ...OPTIONS, ...over });
}

/** Reads CEF by its own rules. */
function readCef(text: string): { header: string[]; extension: Map<string, string> } {
  const cef = text.slice(text.indexOf('CEF:0|'));
  const fields =
    /^CEF:0\|((?:\\.|[^|\\])*)\|((?:\\.|[^|\\])*)\|((?:\\.|[^|\\])*)\|((?:\\.|[^|\\])*)\|((?:\\.|[^|\\])*)\|((?:\\.|[^|\\])*)\|(.*)$/s.exec(
      cef,
    );
  if (!fields) throw new Error(`no CEF: ${cef.slice(0, 200)}`);
  const unescaped = (value: string): string =>
    value.replace(/\\([\\|=nr])/g, (_found, char: string) => ({ n: '\n', r: '\r' })[char] ?? char);
  const pairs = [...(fields[7] as string).matchAll(/(?:^| )([A-Za-z\d]+)=((?:\\.|[^=\\])*?)(?=(?: [A-Za-z\d]+=)|$)/gs)];
  return {
    header: fields.slice(1, 7).map(unescaped),
    extension: new Map(pairs.map(([, key, value]) => [key as string, unescaped(value as string)])),
  };
}

describe('a message in CEF', () => {
  it('has the header and the fields of RHACS', async () => {
    const own = message(await rhacsAlert('01-deploy-email-annotation', NOW));
    const theirs = (await notifierBody('syslog-01-alert-cef.txt')).replace(/^\d+ /, '');
    expect(own.slice(0, own.indexOf('2026'))).toBe(theirs.slice(0, theirs.indexOf('2026')));
    const golden = readCef(theirs);
    const { header, extension } = readCef(own);
    expect(header).toEqual(golden.header);
    for (const key of ['devicePayloadId', 'start', 'ns']) expect(extension.get(key)).toBe(golden.extension.get(key));
    expect(JSON.parse(extension.get('stackroxKubernetesSecurityPlatformAlert') ?? '')).toMatchObject({
      clusterName: 'prod-eu-1',
    });
    expect(extension.get('source')).toBe('r=a');
  });

  it('has the fields of an audit message', async () => {
    const { header, extension } = readCef(message(await rhacsAlert('17-audit-message', NOW)));
    const golden = readCef(await notifierBody('syslog-17-audit-cef.txt'));
    expect(header).toEqual(golden.header);
    for (const key of ['spriv', 'suser', 'request', 'requestMethod', 'outcome', 'requestClientApplication']) {
      expect(extension.get(key)).toBe(golden.extension.get(key));
    }
  });

  it('swaps name and severity in the legacy order, and takes the policy as signature if configured', async () => {
    const alert = await rhacsAlert('01-deploy-email-annotation', NOW);
    expect(readCef(message(alert, { format: 'cef_legacy' })).header.slice(4)).toEqual(['5', 'Privileged Container']);
    const { header } = readCef(message(alert, { signatureId: 'policy' }));
    expect(header[3]).toBe('fe9de18b-86db-44d5-a7c4-74173ccffe2e');
  });

  it('keeps every value in its place, whatever is in it', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(text, text, (name, value) => {
        const cef = formatCef({
          ...OPTIONS,
          signatureId: 'x',
          name,
          severity: 5,
          extension: [
            ['msg', value],
            ['cs1', 'end'],
          ],
        });
        expect(cef).not.toMatch(/[\r\n]/);
        const { header, extension } = readCef(cef);
        const clean = (one: string): string => one.replace(/[^\P{Cc}\r\n]/gu, ' ').toWellFormed();
        expect(header[4]).toBe(clean(name.replace(/\s+/g, ' ')).replace(/[\r\n]/g, ' '));
        if (value !== '' && value === value.trim()) expect(extension.get('msg')).toBe(clean(value));
        expect(extension.get('cs1')).toBe('end');
      }),
    );
  });

  it('is never over the limit, never split, and says what it lost', async () => {
    const alert = await rhacsAlert('22-adversarial-500-violations', NOW);
    for (const maxSize of [8_192, 2_048, 1_024]) {
      const text = message(alert, { maxSize });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxSize);
      const { extension } = readCef(text);
      expect([extension.get('cs6Label'), extension.has('stackroxKubernetesSecurityPlatformAlert')]).toEqual([
        'truncated',
        false,
      ]);
    }
  });

  it('says that an alert has ended', async () => {
    const { extension } = readCef(message(await rhacsAlert('01-deploy-email-annotation', NOW, 'resolved')));
    expect([extension.get('outcome'), extension.get('end')]).toEqual(['RESOLVED', String(NOW)]);
  });
});

it('in JSON it is RFC 5424 with the alert as its content', () => {
  const text = message(alertWith({ severity: 'critical' }), { format: 'json', hostname: 'a b', appName: '' });
  const [header, content] = [text.slice(0, text.indexOf('{')), text.slice(text.indexOf('{'))];
  expect(header).toBe('<130>1 2026-03-01T08:20:00Z a_b - 1 Alert - ');
  expect(JSON.parse(content)).toMatchObject({ policy: { name: 'DiskFull' }, tocsin: { state: 'ACTIVE' } });
});

it.each<[string, SecurityEvent['severity']]>([
  ['critical', 'critical'],
  ['page', 'critical'],
  ['major', 'high'],
  ['warning', 'medium'],
  ['P1', 'low'],
])('takes the severity %s as %s', (label, severity) => {
  expect(securityEvent(alertWith({ severity: label }), NOW).severity).toBe(severity);
});
