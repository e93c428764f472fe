import { describe, expect, test } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { alertmanager } from '../../src/sources/alertmanager/alertmanager.ts';
import { buildData } from '../../src/templating/build-data.ts';
import type { TemplateData } from '../../src/templating/data.ts';
import { contentCases, deploymentDay, GRAFANA_BODY, JSON_DESCRIPTION } from './content-cases.ts';
import { html as inline, text as inlineText, templates } from './render.ts';
import { alert, alertsOf, data, fixture, NOW, notification, rhacsAlert } from './support.ts';

interface Rendered {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** The HTML's text on one line, for what is not about its form. */
  readonly seen: string;
}

function render(mail: TemplateData): Rendered {
  const { subject, html, text } = templates.mail(templates.choose(mail));
  const rich = html(mail);
  const seen = rich
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&middot;', '·')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
  return { subject: subject(mail), html: rich, text: text(mail), seen };
}

const caseOf = (name: string): Rendered => render(contentCases().get(name) as TemplateData);
const single = (labels: Record<string, string>, more: Parameters<typeof alert>[1] = {}): Rendered =>
  render(data([alert({ alertname: 'A', ...labels }, more)]));

describe('several alert names in one email', () => {
  test('each item shows its name, and places have the names of their labels', () => {
    const { seen, text, subject } = caseOf('content-kube-prometheus');
    for (const name of ['KubePodCrashLooping', 'KubeJobFailed', 'KubeDeploymentReplicasMismatch']) {
      expect(seen).toMatch(new RegExp(`(critical|warning) ${name} cluster prod-eu-1, namespace shop, `));
      expect(text).toMatch(new RegExp(`\\[(critical|warning)\\] ${name}\n  cluster prod-eu-1, namespace shop, `));
    }
    expect(seen).toContain('Job failed to complete. Job shop/nightly-report failed 3 times.');
    expect(subject).toContain('on cluster prod-eu-1, namespace shop');
  });

  test('also in the lines of a longer list', () => {
    const alerts = Array.from({ length: 30 }, (_, i) =>
      alert({ alertname: `Name${i}`, namespace: 'shop', pod: `p${i}` }, { annotations: { summary: `Summary ${i}` } }),
    );
    const { seen, text } = render(data(alerts));
    expect(seen).toContain('Name29 : Summary 29 namespace shop, pod p29'.replace(' : ', ': '));
    expect(text).toContain('- [firing] Name29: Summary 29\n    namespace shop, pod p29, since ');
  });
});

describe('severities', () => {
  test('that Tocsin does not know stand as they are, in the band first', () => {
    const { seen, subject, text } = caseOf('content-severities');
    expect(seen).toContain('Firing · P2, sev1, very high 4 alerts');
    expect(subject).toBe('[FIRING:4] QueueStuck (2 P2, 1 sev1, 1 very high)');
    expect(text).toContain('[very high] Queue 2 does not move');
    expect(caseOf('content-odd').text).toMatch(/^Firing · P1\n/);
  });

  test.each([
    ['page', 'b00f2f'],
    ['Critical', 'b00f2f'],
    ['WARN', 'ad5700'],
  ])('synonym %s gives the colour, the reader sees the word', (severity, colour) => {
    const { html, seen } = single({ severity });
    expect(html).toContain(`background:#${colour}`);
    expect(seen).toContain(`Firing · ${severity} `);
  });
});

describe('annotations', () => {
  test('none is lost, and none is shown twice', () => {
    const { seen, text } = caseOf('content-odd');
    for (const part of ['More than 5% of checkouts fail', 'Checkout answers with 503', 'answers slowly.']) {
      expect(seen.split(part)).toHaveLength(part === 'More than 5% of checkouts fail' ? 3 : 2);
      expect(text.split(part)).toHaveLength(2);
    }
  });

  test.each([
    { title: 'only a title' },
    { message: 'only a message' },
    { title: 'a title', message: 'a message' },
    { summary: 'a summary', message: 'a message' },
    { description: 'a description', message: 'a message' },
    { remediation: 'a remedy', runbook: 'a runbook in words' },
    { summary: 'x'.repeat(2_000) },
    { summary: 'two\nlines' },
    { runbook_url: 'no link at all' },
    { dashboard_url: 'javascript:alert(1)' },
    { runbook_url: `https://example.org/${'y'.repeat(5_000)}` },
    { runbook: 'https://a.example.org', runbook_url: 'https://b.example.org' },
    { anything_else: 'something else' },
  ])('%j is there, alone and among others', (annotations) => {
    const one = alert({ alertname: 'A', instance: 'a' }, { annotations });
    const other = alert({ alertname: 'A', instance: 'b' });
    for (const { html, text } of [render(data([one])), render(data([one, other]))]) {
      for (const value of Object.values(annotations)) {
        const [first = ''] = value.split('\n');
        expect(html).toContain(first.slice(0, 4_000));
        expect(text).toContain(first.slice(0, 4_000));
      }
    }
  });

  test('indentation and runs of blanks stay', () => {
    const { html, text } = caseOf('content-odd');
    expect(text).toContain(JSON_DESCRIPTION);
    expect(html).toContain(
      '&nbsp;&nbsp;&nbsp; { &quot;code&quot;: &quot;E_UPSTREAM&quot;,&nbsp;&nbsp; &quot;count&quot;: 41 },<br>',
    );
    expect(inlineText('{{wrap value}}', { value: '\n  a   b\n\tc  ' })).toBe('  a   b\n    c');
    expect(inline('{{paragraphs value}}', { value: '\n  a   b\r\n\tc  ' })).toMatch(
      /^<span [^>]*>&nbsp; a&nbsp;&nbsp; b<br>&nbsp;&nbsp;&nbsp; c<\/span>$/,
    );
  });
});

describe('links', () => {
  test('lead where they should, encoded where they must be, without numeric entities', () => {
    const { html, text } = caseOf('content-odd');
    const links = [...html.matchAll(/href="([^"]*)">([^<]*)/g)].map(([, url, words]) => `${words}: ${url}`);
    expect(links).toContain(
      'Open the source: https://prometheus.example.org/graph?g0.expr=rate(http_errors%7Bjob=%22a%20b%22%7D[5m])%20%3E%201',
    );
    expect(links).toContain('Runbook: https://runbooks.example.org/checkout%20errors');
    expect(links).toContain('Dashboard: https://grafana.example.org/d/abc?var-service=checkout');
    expect(html).not.toMatch(/href="[^"]*&#/);
    expect(text).toContain('Runbook: https://runbooks.example.org/checkout%20errors\n');
  });

  test('an address that can be no link is shown as text', () => {
    const { seen, text } = single({}, { generatorURL: 'ftp://files.example.org/x' });
    expect(seen).toContain('Source ftp://files.example.org/x');
    expect(text).toContain('Source: ftp://files.example.org/x');
    expect(single({}, { generatorURL: `http://a/${'x'.repeat(9_000)}` }).seen).toContain('Source http://a/xxx');
  });

  test('of silences are left out where the entry says so', () => {
    const built = buildData(notification([alert({ alertname: 'A' })]), {
      externalURL: 'https://tocsin.example.org',
      version: '1',
      silenceLinks: false,
    });
    expect(render(built).html).not.toContain('Silence');
    expect(render(data([alert({ alertname: 'A' })])).html).toContain('>Silence</a>');
  });
});

describe('times', () => {
  test('are cut, not rounded up to the next day', () => {
    const startsAtText = '2026-08-20T23:59:59.999999999Z';
    const startsAt = Date.parse('2026-08-20T23:59:59.999Z') + 0.999999;
    expect(single({}, { startsAt, startsAtText }).seen).toContain('Firing since 20 Aug 2026, 23:59:59 UTC');
    expect(inlineText('{{date "15:04:05.000000000" at}}', { at: startsAtText })).toBe('23:59:59.999999999');
    expect(inlineText('{{date "15:04:05.999999999 .000000" at}}', { at: '2026-08-20T10:00:00.120000003Z' })).toBe(
      '10:00:00.120000003 .120000',
    );
  });

  test.each(['not a time', '', '0001-01-01T00:00:00Z', 5, null])('%j leaves no brackets and no gaps', (time) => {
    const body = structuredClone(fixture('05-runtime-network-flow.json')) as { alert: Record<string, unknown> };
    Object.assign(body.alert, { firstOccurred: time, time, violations: [{ message: '', time }] });
    const one = rhacsAlert(body, { startsAt: 0, startsAtText: '' });
    for (const mail of [data([one]), data([one, { ...one, labels: LabelSet.of({ alertname: 'B' }) }])]) {
      const { seen, text } = render(mail);
      for (const all of [seen, text]) {
        expect(all).not.toMatch(/\(\s*\)|since\s*[,.(]|\bon\s*\./);
        expect(all).not.toContain('First seen: (');
        expect(all).toContain('No message given');
      }
    }
  });

  test('since when is said once', () => {
    const { seen } = render(data([alert({ alertname: 'A' }, { annotations: { summary: 's' } })]));
    expect(seen.split('20:30:00')).toHaveLength(2);
    expect(render(data([rhacsAlert(fixture('01-deploy-email-annotation.json'))])).seen.split('09:14:03')).toHaveLength(
      2,
    );
  });
});

describe('Grafana', () => {
  test('values and links are shown, its bookkeeping is not', () => {
    const alerts = alertsOf(alertmanager, GRAFANA_BODY).map((one) => ({ ...one, endsAt: NOW + 300_000 }));
    const { html, seen, text } = render(data(alerts));
    expect(seen).toContain('Values A = 2.31, C = 1');
    expect(html).toContain('href="https://grafana.example.org/d/abc?orgId=1&amp;viewPanel=4">Panel</a>');
    expect(html).toContain('href="https://grafana.example.org/d/abc?orgId=1">Dashboard</a>');
    expect(seen).toContain('Open in Grafana');
    expect(text).toContain('Panel: https://grafana.example.org/d/abc?orgId=1&viewPanel=4\n');
    // The silence form's link must name all labels.
    expect(seen).not.toContain('__');
  });
});

describe('events', () => {
  test('are counted and shown as events, without a link to silence them', () => {
    const { subject, seen, text, html } = caseOf('content-event');
    expect(subject).toMatch(/^\[FIRING:1 EVENT:1\] /);
    expect(seen).toContain('1 firing, 1 event, 1 resolved');
    expect(seen).toMatch(/Events Blocked · medium Privileged Container .*Resolved resolved Ubuntu/);
    expect(text).toMatch(/\nEVENTS\n======\n\n\[Blocked · medium\] Privileged Container\n/);
    expect(html.match(/>Silence<\/a>/g)).toHaveLength(1);
  });

  test.each([
    ['12-attempted-deploy-create.json', /^\[EVENT:1\] Medium, blocked: /],
    ['17-audit-message.json', /^RHACS audit: /],
    ['19-test-button.json', /^\[TEST\] /],
  ])('%s alone: nothing fires', (name, subject) => {
    const mail = render(data([rhacsAlert(fixture(name))]));
    expect(mail.subject).toMatch(subject);
    expect(mail.seen + mail.text).not.toMatch(/firing/i);
    expect(mail.html).not.toContain('/#/silences/new');
  });

  test('of a kind that nothing is known of', () => {
    const events = [1, 2].map((n) => alert({ alertname: 'A', n: String(n) }, { event: true }));
    const { subject, seen } = render(data(events));
    expect(subject).toBe('[EVENT:2] A');
    expect(seen).toContain('2 events reported; first on 20 Aug 2026, 20:30:00 UTC');
  });
});

describe('what is new', () => {
  const withMark = (more: object): TemplateData => {
    const { alerts, ...rest } = notification([alert({ alertname: 'A', n: '1' }), alert({ alertname: 'A', n: '2' })]);
    return data([], { ...rest, sentBefore: 1, alerts: alerts.map((one, i) => (i === 0 ? { ...one, ...more } : one)) });
  };

  test('is marked, in both parts', () => {
    const { seen, text } = caseOf('content-kube-prometheus');
    expect(seen).toMatch(/NEW critical KubeJobFailed/);
    expect(text).toContain('\nNEW [critical] KubeJobFailed\n');
    expect(seen.match(/NEW/g)).toHaveLength(1);
    expect(seen).toContain('1 new since the last email. 1 earlier email, sent 20 Aug 2026, 20:30:00 UTC.');
  });

  test('not where all of it is, and not in what has ended', () => {
    expect(render(withMark({ isNew: true })).seen).toContain('NEW');
    const { alerts, ...rest } = notification([alert({ alertname: 'A' })]);
    const allNew = data([], { ...rest, alerts: alerts.map((one) => ({ ...one, isNew: true as const })) });
    expect(render(allNew).seen).not.toContain('NEW');
    const body = fixture('23-runtime-processes-resent.json');
    const ended = notification([rhacsAlert(body, { endsAt: NOW - 1_000 })]);
    const told = ended.alerts.map((one) => ({ ...one, notifiedUpTo: Date.parse('2026-08-20T10:02:48Z') }));
    const { seen, text } = render(data([], { ...ended, alerts: told }));
    expect(seen + text).not.toMatch(/NEW|What to do/i);
  });
});

describe('the email about 270 alerts', () => {
  test('names every deployment, after counts by place, and stays within bounds', () => {
    const { html, seen, text } = render(deploymentDay());
    for (let i = 1; i <= 270; i++) {
      expect(seen).toMatch(new RegExp(`service-${i}\\b`));
      expect(text).toMatch(new RegExp(`service-${i}\\b`));
    }
    expect(seen).toMatch(/By place 18 cluster prod-eu-1, namespace billing 18 cluster prod-eu-1, namespace identity/);
    expect(seen.indexOf('By place')).toBeLessThan(seen.indexOf('medium Deployment service-'));
    expect(html.length).toBeLessThan(70_000);
    expect(text.length).toBeLessThan(24_000);
  });

  test('the same for three thousand, and alerts of many names', () => {
    const { html, seen } = render(deploymentDay(3_000));
    expect(html.length).toBeLessThan(102_000);
    expect(seen).toMatch(/service-2999\b|and [\d,]+ more alerts/);
    const alerts = Array.from({ length: 100 }, (_, i) =>
      alert({ alertname: `Name${i % 3}`, namespace: `ns${i % 2}`, pod: `pod-${i}` }),
    );
    const mixed = render(data(alerts));
    for (let i = 0; i < 100; i++) expect(mixed.text).toMatch(new RegExp(`pod-${i}\\b`));
    expect(mixed.text).toMatch(/Name1: pod-\d+, pod-\d+/);
  });
});

describe('RHACS', () => {
  test('vulnerabilities are a table with link, severity and fix; the worst first', () => {
    const { html, seen, text } = render(data([rhacsAlert(fixture('08-build-image.json'))]));
    expect(html).toContain('href="https://nvd.nist.gov/vuln/detail/CVE-2021-44228">CVE-2021-44228</a>');
    expect(seen).toContain(
      'CVE-2021-44228 Critical CVSS 10 log4j-core 2.14.1 2.15.0 CVE-2023-44487 Important CVSS 7.5',
    );
    expect(text).toContain(
      '  - CVE-2021-44228, Critical, CVSS 10\n    log4j-core 2.14.1, fixed in 2.15.0\n    https://nvd.nist.gov/vuln/detail/CVE-2021-44228\n',
    );
  });

  test.each([
    ["CVE-2024-1 (CVSS 5) found in component 'a' (version 1)", 'CVE-2024-1 CVSS 5 a 1 no fix yet'],
    [
      "Fixable  RHSA-2024:1234 (CVSS 8.1) (severity Important)  found in component 'glibc' (version 2.34) in container 'web', resolved by version 2.35-1.el9",
      'RHSA-2024:1234 Important CVSS 8.1 glibc 2.34 container web 2.35-1.el9',
    ],
    [
      "Fixable CVE-2024-22222 (CVSS 5) found in component 'a' (version ), resolved by version 2 and more",
      'a and more 2',
    ],
  ])('%s', (message, words) => {
    const body = structuredClone(fixture('08-build-image.json')) as { alert: { violations: object[] } };
    body.alert.violations = [{ message }];
    expect(render(data([rhacsAlert(body)])).seen).toContain(words);
  });

  test('policy, ids and links', () => {
    const { html, seen, text } = render(data([rhacsAlert(fixture('01-deploy-email-annotation.json'))]));
    expect(seen).toContain('Description A container in the workload asks for privileged mode.');
    expect(seen).toContain('Rationale Privileged containers can reach');
    expect(seen).toContain('Deployment ID 7bd51fff-7469-4f34-9b21-7bcbd9b4e71d');
    expect(seen).toContain('Cluster ID 6723ceb7-92ba-4585-84d4-22735d001576');
    expect(html).toContain(
      'href="https://central.example.org/main/policy-management/policies/fe9de18b-86db-44d5-a7c4-74173ccffe2e">Open the policy</a>',
    );
    expect(text).toContain('Description: A container in the workload');
  });
});
