import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import type { TemplateData } from '../../src/templating/data.ts';
import { cases, digest } from './cases.ts';
import { templates } from './render.ts';
import { alert, data, fixture, rhacsAlert } from './support.ts';

const all = cases();
const caseOf = (name: string): TemplateData => all.get(name) as TemplateData;

interface Rendered {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

function render(mail: TemplateData, name = templates.choose(mail)): Rendered {
  const { subject, html, text } = templates.mail(name);
  return { subject: subject(mail), html: html(mail), text: text(mail) };
}

const TAGS = new Set('html head meta title style body div table tr td th h1 h2 p a b i br span pre'.split(' '));
const ATTRIBUTES = new Set(
  'lang charset name content class style href role width cellpadding cellspacing border align'.split(' '),
);

/** Everything in the output that is markup, checked against what the templates write: injected markup would be more. */
function foreignMarkup(html: string): string[] {
  const found: string[] = [];
  const body = html.replace(/<style>[\s\S]*?<\/style>|<!--\[if mso\]>[\s\S]*?<!\[endif\]-->|<!DOCTYPE html>/g, '');
  for (const [whole, name = '', attributes = ''] of body.matchAll(/<\/?([^\s>/]*)([^>]*)>/g)) {
    if (!TAGS.has(name)) found.push(whole);
    const left = attributes.replace(/\s+([a-z-]+)="([^"<>]*)"/g, (_pair, attribute: string, value: string) => {
      if (!ATTRIBUTES.has(attribute)) found.push(`${attribute}=${value}`);
      if (attribute === 'href' && !/^(https?:\/\/|mailto:|#$)/i.test(value)) found.push(`href=${value}`);
      return '';
    });
    if (left.trim() !== '' && left.trim() !== '/') found.push(whole);
  }
  return found;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
const HIDDEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** A message's size as it goes over the wire, both parts quoted-printable. */
function wireSize({ html, text }: Rendered): number {
  return [html, text].reduce((sum, part) => {
    const bytes = Buffer.from(part);
    const encoded = bytes.reduce((size, byte) => size + (byte > 126 || byte === 61 ? 3 : 1), 0);
    return sum + encoded + Math.ceil(encoded / 75) * 3;
  }, 0);
}

describe.each([...all.keys()])('%s', (name) => {
  const mail = caseOf(name);
  const { subject, html, text } = render(mail);

  test('is whole and sound', () => {
    expect(html).toMatch(/^<!DOCTYPE html>\n<html lang="en">/);
    expect(html.trimEnd()).toMatch(/<\/html>$/);
    expect(foreignMarkup(html)).toEqual([]);
    expect(html.match(/<table/g)?.length).toBe(html.match(/<\/table>/g)?.length);
    expect(html.match(/<td/g)?.length).toBe(html.match(/<\/td>/g)?.length);
    expect(subject + text).not.toMatch(/undefined|NaN|\[object|\{\{(?!7\*7|constructor)/);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(subject + text).not.toMatch(HIDDEN);
  });

  test('is made for light and dark, and carries nothing from elsewhere', () => {
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).toContain('@media (prefers-color-scheme: dark){');
    expect(html).not.toMatch(/<img|<link|@import|url\(/);
    expect(html).not.toContain('class=""');
  });

  test('the text keeps to 76 columns', () => {
    const long = text.split('\n').filter((line) => line.length > 76 && !/\S{40,}/.test(line) && !/[├└]─ /.test(line));
    expect(long).toEqual([]);
    expect(text).not.toMatch(/\n\n\n\n/);
  });

  test('is small', () => expect(wireSize({ subject, html, text })).toBeLessThan(100_000));

  test('tells in text what it tells in HTML', () => {
    const plain = text.replace(/\s+/g, ' ');
    for (const [, heading] of html.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)) {
      expect(plain.toLowerCase()).toContain(
        plainOf(heading as string)
          .replace(/\s+/g, ' ')
          .trim()
          .toLowerCase(),
      );
    }
  });
});

function plainOf(html: string): string {
  return html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&#x3D;', '=')
    .replaceAll('&amp;', '&');
}

describe('subjects', () => {
  test.each([
    ['generic-1', '[FIRING:1] DiskFull: Disk is 97% full on db-1'],
    ['generic-3', '[FIRING:3] DiskFull on cluster prod-eu-1, namespace shop (1 critical, 1 warning, 1 info)'],
    ['generic-mixed', '[FIRING:2] DiskFull on cluster prod-eu-1, namespace shop (1 critical, 1 warning)'],
    ['generic-resolved', '[RESOLVED] DiskFull: Disk is 97% full on db-1'],
    ['generic-bare', '[FIRING:1] InstanceDown on instance web-3:9100'],
    ['calico-1', '[FIRING:1] Calico: default.test denied packets from 192.168.132.71'],
    ['calico-4', '[FIRING:4] Calico: default.test denied packets from 192.168.132.71 and 2 others'],
    [
      'rhacs-08-build-image',
      "[FIRING:1] High: Image quay.io/acme-shop/cart:3.0.0-beta.1 violates 'Fixable Severity at least Important' Policy",
    ],
    [
      'rhacs-12-attempted-deploy-create',
      "[EVENT:1] Medium, blocked: Deployment debug-tools (in cluster prod-eu-1) violates 'Privileged Container' Policy",
    ],
    [
      'rhacs-resolved',
      "[RESOLVED] Deployment invoice-worker (in cluster prod-eu-1) violates 'Ubuntu Package Manager Execution' Policy",
    ],
    ['rhacs-group-policy', '[FIRING:10] 10 medium: Privileged Container in cluster prod-eu-1, namespace shop'],
    ['rhacs-group-namespace', '[FIRING:4] 3 high, 1 low: 4 different alerts in cluster prod-eu-1, namespace billing'],
    [
      'rhacs-17-audit-message',
      'RHACS audit: carol@example.com: Changed /v1/alerts/1e34370c-c8dc-4c4f-bc08-e938e189a190/resolve',
    ],
    ['rhacs-18-networkpolicy-message', "New network policy YAML for cluster 'prod-eu-1' needs to be applied"],
    ['rhacs-19-test-button', '[TEST] Tocsin can reach you through receiver security'],
    ['digest', '[DIGEST] 5 groups, 21 alerts (2 critical, 5 warning, 10 medium)'],
  ])('%s', (name, subject) => expect(render(caseOf(name)).subject).toBe(subject));
});

describe('what an email says', () => {
  test('a resolved one: what is over and how long it lasted', () => {
    const { html, text } = render(caseOf('generic-resolved'));
    expect(text).toContain('Resolved\nDiskFull\n========');
    expect(text).toContain('Resolved on 20 Aug 2026, 21:28:00 UTC, after 58 minutes.');
    expect(html).toContain('background:#1a7a3c');
    expect(html).not.toContain('background:#b00f2f');
  });

  test('status and severity by word and colour, worst first', () => {
    const { html } = render(caseOf('generic-3'));
    expect(html).toMatch(/background:#b00f2f;[^>]*>[\s\S]{0,400}Firing &middot; critical/);
    expect(html.indexOf('Disk is 97%')).toBeLessThan(html.indexOf('Disk is 96%'));
  });

  test('how often, and since when', () => {
    expect(render(caseOf('generic-40')).text.replace(/\s+/g, ' ')).toContain(
      '40 alerts firing: 14 critical, 13 warning, 13 info; oldest since 20 Aug 2026, 19:50:21 UTC (1 hour 39 minutes ago). ' +
        'Reminder: nothing has changed since the last email. 5 earlier emails, the first sent 19 Aug 2026, 21:30:00 UTC.',
    );
  });

  test('where to go', () => {
    const { html, text } = render(caseOf('rhacs-03-runtime-processes'));
    expect(html).toContain(
      'href="https://central.example.org/main/violations/77eb7deb-cd49-44c2-ad87-6559db5f875b">Open in RHACS</a>',
    );
    expect(html).toMatch(/href="https:\/\/tocsin\.example\.org\/#\/silences\/new\?filter=[^"]*">Silence<\/a>/);
    expect(html).toMatch(
      /href="https:\/\/tocsin\.example\.org\/#\/alerts\?receiver=security[^"]*">Open in Tocsin<\/a>/,
    );
    expect(text).toContain(
      'Open in RHACS: https://central.example.org/main/violations/77eb7deb-cd49-44c2-ad87-6559db5f875b\n',
    );
  });

  test('alerts that an upstream cut', () => {
    const one = alert({ alertname: 'A' }, { source: 'alertmanager', details: { groupKey: 'g', truncatedAlerts: 7 } });
    const { html, text } = render(data([one]));
    expect(html).toContain('7 alerts of this group are not listed here: the upstream truncated this group.');
    expect(text.replace(/\s+/g, ' ')).toContain(
      '7 alerts of this group not listed here: the upstream truncated this group.',
    );
  });

  test('a digest: that it is one, why, and the worst group first', () => {
    const { html, text } = render(caseOf('digest'));
    expect(html).toContain('<b>This is a digest.</b> The email budget of 250 in 24 hours is nearly used up');
    const order = [
      '[Firing · critical] DiskFull',
      '[Firing · warning] PolicyDeny',
      '[Firing · medium] Privileged Container',
      '[Resolved] DiskFull',
    ].map((part) => text.indexOf(part));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
  });
});

describe('size, whatever comes', () => {
  const noise = (i: number) =>
    alert(
      {
        alertname: `A${i % 7}`,
        severity: ['critical', 'warning', 'info', 'odd'][i % 4] as string,
        namespace: `ns${i % 50}`,
        pod: `pod-${i}`,
        extra: 'x'.repeat(200),
      },
      { annotations: { summary: `Summary ${i}`, description: 'd'.repeat(500) } },
    );

  test('5,000 alerts', () => {
    const mail = render(data(Array.from({ length: 5_000 }, (_, i) => noise(i))));
    expect(wireSize(mail)).toBeLessThan(100_000);
    expect(mail.html).toMatch(/<b>and [\d,]+ more alerts<\/b>: <a[^>]*>see all of them in Tocsin<\/a>/);
    expect(mail.text).toMatch(/\nand [\d,]+ more alerts; all of them in Tocsin:\nhttps:\/\/tocsin/);
  });

  test('40 deployments with 500 violations each', () => {
    const body = fixture('22-adversarial-500-violations.json') as { alert: { deployment: { name: string } } };
    const alerts = Array.from({ length: 40 }, (_, i) => {
      body.alert.deployment.name = `monolith-${i}`;
      return rhacsAlert(structuredClone(body));
    });
    const mail = render(data(alerts, { groupLabels: LabelSet.of({ alertname: 'Fixable CVSS >= 7' }) }));
    expect(wireSize(mail)).toBeLessThan(100_000);
    expect(mail.html).toContain('more vulnerabilities</b>, listed by RHACS');
  });

  test('500 vulnerabilities: some are listed, all are counted', () => {
    const { html, text } = render(caseOf('rhacs-22-adversarial-500-violations'));
    expect(html).toContain('500 vulnerabilities</h2>');
    expect(html).toMatch(/<b>and 4\d\d more vulnerabilities<\/b>/);
    expect(text).toMatch(/and 4\d\d more vulnerabilities, listed by RHACS/);
  });

  test('5,000 denials of 300 policies, a digest of 400 groups, 2,000 labels', () => {
    const denials = Array.from({ length: 5_000 }, (_, i) =>
      alert({
        alertname: 'PolicyDeny',
        policy: `t|p${i % 300}|deny`,
        srcIP: `10.0.${i >> 8}.${i & 255}`,
        pod: `p${i % 40}`,
      }),
    );
    const groups = Array.from({ length: 400 }, (_, i) =>
      data(Array.from({ length: 20 }, (_v, j) => noise(i * 20 + j))),
    );
    const labels = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`l${i}`, 'v'.repeat(300)]));
    for (const one of [data(denials), digest(groups, 'w'), data([alert(labels)])])
      expect(wireSize(render(one))).toBeLessThan(100_000);
  });

  test('HTML of an alert in ASCII is ASCII in short lines, which needs no encoding', () => {
    for (const name of ['generic-1', 'generic-3', 'rhacs-01-deploy-email-annotation', 'calico-4', 'digest']) {
      const { html } = render(caseOf(name));
      expect(html).toMatch(/^[\n\x20-\x7e]*$/);
      expect(Math.max(...html.split('\n').map((line) => line.length))).toBeLessThan(900);
    }
  });

  test('values of a megabyte are cut with a note', () => {
    const annotations = {
      summary: 'y'.repeat(1 << 20),
      description: '<b>'.repeat(350_000),
      note: '\u202e'.repeat(300_000),
    };
    const mail = render(data([alert({ alertname: 'x'.repeat(100_000), severity: 'critical' }, { annotations })]));
    expect(wireSize(mail)).toBeLessThan(100_000);
    expect(mail.html).toContain('&hellip; [cut here; 1,050,000 characters in all]');
    expect(mail.text).toContain('characters in all]');
    expect(mail.subject.length).toBeLessThanOrEqual(250);
  });
});

describe('hostile text', () => {
  const nasty =
    '</td></table><script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover="x\r\nBcc: a@b\u0000\u001b[31m\u202etxt {{constructor}}';

  test.each(['default', 'rhacs', 'calico', 'rhacs-audit', 'rhacs-networkpolicy', 'test'])(
    'everywhere in %s',
    (name) => {
      const poison = (value: unknown): unknown => {
        if (typeof value === 'string') return nasty;
        if (Array.isArray(value)) return value.map(poison);
        return typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, poison(member)]))
          : value;
      };
      for (const source of [
        '06-runtime-file-access.json',
        '05-runtime-network-flow.json',
        '15-runtime-mitre-kill-pod.json',
        '17-audit-message.json',
        '18-networkpolicy-message.json',
      ]) {
        const labels = {
          alertname: nasty,
          severity: nasty,
          cluster: nasty,
          policy: nasty,
          srcIP: nasty,
          pod: nasty,
          [nasty]: nasty,
        };
        const annotations = {
          summary: nasty,
          description: nasty,
          remediation: `javascript:${nasty}`,
          violations: nasty,
          [nasty]: nasty,
        };
        const one = alert(labels, {
          annotations,
          generatorURL: 'javascript:alert(1)',
          details: poison(fixture(source)),
        });
        const { subject, html, text } = render(
          data([one, alert({ ...labels, x: 'y' }, { annotations, details: one.details })], {
            groupLabels: LabelSet.of(labels),
            receiver: nasty,
          }),
          name,
        );
        expect(foreignMarkup(html)).toEqual([]);
        expect(subject + text + html.replace(/&#8199;|\ufeff/g, '')).not.toMatch(HIDDEN);
        expect(subject).not.toMatch(/[\r\n]/);
      }
    },
  );

  test('any text at all', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('<', '"', '&lt;', 'javascript:', '\u202e', '{{', '`', '${'),
    );
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 6, maxLength: 6 }),
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
        ([a = '', b = '', c = '', d = '', e = '', f = ''], document) => {
          const one = alert(
            { alertname: a, severity: b, namespace: c },
            {
              annotations: { summary: d, description: e },
              generatorURL: f,
              source: 'rhacs',
              details: { alert: document },
            },
          );
          const { subject, html, text } = render(data([one]));
          expect(foreignMarkup(html)).toEqual([]);
          expect(subject + text).not.toMatch(HIDDEN);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('javascript: links are text, in every place for a link', () => {
    const one = alert(
      { alertname: 'A' },
      {
        generatorURL: 'javascript:alert(1)',
        annotations: { runbook_url: 'javascript:alert(2)', dashboard: 'https://ok.example.org/' },
      },
    );
    const { html } = render(data([one]));
    expect(html).toContain('javascript:alert(2)');
    expect(html).not.toMatch(/href="?javascript/i);
    expect(html).toContain('href="https://ok.example.org/"');
  });
});

describe('the template that is chosen', () => {
  test.each([
    ['generic-3', 'default'],
    ['calico-4', 'calico'],
    ['rhacs-03-runtime-processes', 'rhacs'],
    ['rhacs-17-audit-message', 'rhacs-audit'],
    ['rhacs-18-networkpolicy-message', 'rhacs-networkpolicy'],
    ['rhacs-19-test-button', 'test'],
    ['digest', 'digest'],
  ])('%s', (name, mail) => expect(templates.choose(caseOf(name))).toBe(mail));

  test('mixed groups, tests, and shapes', () => {
    const calico = alert({ policy: 'default|p|deny', srcIP: '10.0.0.1' });
    expect(templates.choose(data([calico]))).toBe('calico');
    expect(templates.choose(data([alert({ alertname: 'DeniedPacketsRate' })]))).toBe('calico');
    expect(templates.choose(data([calico, alert({ alertname: 'A' })]))).toBe('default');
    expect(
      templates.choose(
        data([rhacsAlert(fixture('03-runtime-processes.json')), rhacsAlert(fixture('17-audit-message.json'))]),
      ),
    ).toBe('default');
    expect(templates.choose(data([calico], { reason: 'test' }))).toBe('calico');
    expect(templates.choose(data([alert({ alertname: 'A' }, { source: 'tocsin' })], { reason: 'test' }))).toBe('test');
    expect(templates.choose(data([alert({ alertname: 'A' }, { source: 'rhacs', details: null })]))).toBe('rhacs');
    expect(templates.choose(data([alert({ alertname: 'A' }, { source: 'prometheus', details: { audit: {} } })]))).toBe(
      'default',
    );
  });
});

test('network policies go along as files', () => {
  const one = rhacsAlert(fixture('18-networkpolicy-message.json'));
  const other = { ...one, labels: LabelSet.of({ other: 'one' }) };
  const alerts = [one, other, rhacsAlert(fixture('01-deploy-email-annotation.json'))];
  const files = templates.attachments(data(alerts));
  expect(files.map(({ filename, contentType }) => [filename, contentType])).toEqual([
    ['network-policy-prod-eu-1.yaml', 'application/yaml'],
    ['network-policy-prod-eu-1-2.yaml', 'application/yaml'],
  ]);
  expect(files[0]?.content).toMatch(/^apiVersion: networking.k8s.io\/v1\n/);
});

describe('shipped files', () => {
  const dir = path.join(import.meta.dirname, '../../templates');
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hbs'));

  test('never print unescaped', () => {
    for (const name of files)
      expect(`${name}: ${readFileSync(path.join(dir, name), 'utf8').match(/\{\{\{|\{\{&/) ?? 'ok'}`).toBe(
        `${name}: ok`,
      );
  });

  test('are all known to the language', () => {
    for (const name of files)
      expect(() => templates.text(readFileSync(path.join(dir, name), 'utf8'), name)).not.toThrow();
  });
});
