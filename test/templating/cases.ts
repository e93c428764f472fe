import type { Alert } from '../../src/alert/alert.ts';
import { LabelSet } from '../../src/alert/label-set.ts';
import type { Notification } from '../../src/alert/notification.ts';
import { TEST_SOURCES, testAlert } from '../../src/notify/test-samples.ts';
import { alauda } from '../../src/sources/alauda/alauda.ts';
import { roxctl } from '../../src/sources/roxctl/roxctl.ts';
import type { TemplateData } from '../../src/templating/data.ts';
import { contentCases } from './content-cases.ts';
import { alert, alertsOf, data, fixture, NOW, rhacsAlert, rhacsFixtures } from './support.ts';

const group = (labels: Record<string, string>): Partial<Notification> => ({ groupLabels: LabelSet.of(labels) });

export function disk(i: number, more: Parameters<typeof alert>[1] = {}): Alert {
  const severity = ['critical', 'warning', 'info'][i % 3] as string;
  return alert(
    {
      alertname: 'DiskFull',
      severity,
      cluster: 'prod-eu-1',
      namespace: 'shop',
      instance: `db-${i + 1}.example.org:9100`,
      job: 'node',
      mountpoint: '/var/lib/postgresql',
    },
    {
      startsAt: NOW - 3_600_000 - i * 61_000,
      annotations: {
        summary: `Disk is ${97 - i}% full on db-${i + 1}`,
        description: `The file system /var/lib/postgresql of db-${i + 1}.example.org has less than ${i + 3}% left and fills up within four hours at the present rate.`,
        runbook_url: 'https://runbooks.example.org/disk-full',
      },
      ...more,
    },
  );
}

function denied(srcIP: string, pod: string, i: number): Alert {
  return alert(
    {
      alertname: 'PolicyDeny',
      severity: 'warning',
      endpoint: 'calico-metrics-port',
      instance: '127.0.0.1:9091',
      job: 'calico-node-metrics',
      pod,
      policy: 'default|default.test|deny',
      srcIP,
    },
    {
      startsAt: NOW - 600_000 - i * 45_000,
      annotations: {
        summary: 'Policy default|default.test|deny is denying packets',
        description: `Policy default|default.test|deny denied packets from ${srcIP}, seen by ${pod}`,
      },
    },
  );
}

/** Every mail that is looked at, by name. */
export function cases(): Map<string, TemplateData> {
  const all = new Map<string, TemplateData>();
  for (const name of rhacsFixtures()) {
    const body = fixture(name);
    const isBody = !name.startsWith('20-');
    const one = rhacsAlert(isBody ? body : { alert: body }, isBody ? {} : { endsAt: NOW - 60_000 });
    all.set(`rhacs-${name.replace('.json', '')}`, data([one], group({ alertname: one.labels.get('alertname') ?? '' })));
  }
  const privileged = Array.from({ length: 12 }, (_, i) => {
    const body = structuredClone(fixture('01-deploy-email-annotation.json')) as {
      alert: { deployment: { name: string }; policy: { severity: string } };
    };
    body.alert.deployment.name = `checkout-${i + 1}`;
    return rhacsAlert(body, i > 9 ? { endsAt: NOW - 60_000 * i } : {});
  });
  all.set(
    'rhacs-group-policy',
    data(privileged, {
      ...group({ alertname: 'Privileged Container', cluster: 'prod-eu-1' }),
      reason: 'new alerts added',
      sentBefore: 3,
      firstSentAt: NOW - 7_200_000,
    }),
  );
  const mixed = ['03', '04', '05', '06'].map((prefix) =>
    rhacsAlert(fixture(rhacsFixtures().find((name) => name.startsWith(prefix)) as string)),
  );
  all.set('rhacs-group-namespace', data(mixed, group({ cluster: 'prod-eu-1', namespace: 'billing' })));
  all.set(
    'rhacs-resolved',
    data([rhacsAlert(fixture('03-runtime-processes.json'), { endsAt: NOW - 300_000 })], {
      ...group({ alertname: 'Ubuntu Package Manager Execution' }),
      reason: 'all alerts resolved',
      sentBefore: 2,
      firstSentAt: NOW - 36_000_000,
    }),
  );
  const run = {
    pipeline: 'cart',
    branch: 'release/3.1',
    job: 'image-check',
    commit: '9f2c1e7d',
    link: 'https://ci.example.org/acme-shop/cart/-/pipelines/812',
    team: 'shop',
  };
  all.set(
    'roxctl-image',
    data(alertsOf(roxctl, fixture('image-check.json', 'roxctl'), run), group({ pipeline: 'cart', source: 'roxctl' })),
  );
  const [deployment] = alertsOf(roxctl, fixture('deployment-check.json', 'roxctl'), { ...run, cluster: 'prod-eu-1' });
  all.set('roxctl-deployment', data([deployment as Alert], group({ pipeline: 'cart', source: 'roxctl' })));
  for (const name of ['13-enforced-scale-to-zero', '17-audit-message', '18-networkpolicy-message']) {
    all.set(`alauda-${name}`, data(alertsOf(alauda, fixture(`${name}.json`)), group({ source: 'alauda' })));
  }
  for (const source of [undefined, ...TEST_SOURCES]) {
    all.set(`test-${source ?? 'plain'}`, data([testAlert({ source }, NOW)], { reason: 'test' }));
  }
  all.set('generic-1', data([disk(0)], group({ alertname: 'DiskFull' })));
  all.set('generic-3', data([disk(0), disk(1), disk(2)], group({ alertname: 'DiskFull', job: 'node' })));
  all.set(
    'generic-40',
    data(
      Array.from({ length: 40 }, (_, i) => disk(i)),
      {
        ...group({ alertname: 'DiskFull' }),
        reason: 'repeat interval elapsed',
        sentBefore: 5,
        firstSentAt: NOW - 86_400_000,
      },
    ),
  );
  all.set(
    'generic-resolved',
    data([disk(0, { endsAt: NOW - 120_000 })], { ...group({ alertname: 'DiskFull' }), reason: 'all alerts resolved' }),
  );
  all.set(
    'generic-mixed',
    data([disk(0), disk(1), disk(2, { endsAt: NOW - 120_000 })], {
      ...group({ alertname: 'DiskFull' }),
      reason: 'some alerts resolved',
    }),
  );
  all.set(
    'generic-bare',
    data(
      [alert({ alertname: 'InstanceDown', instance: 'web-3:9100' }, { generatorURL: '' })],
      group({ alertname: 'InstanceDown' }),
    ),
  );
  all.set('calico-1', data([denied('192.168.132.71', 'calico-node-7xk2p', 0)], group({ job: 'calico-node-metrics' })));
  all.set(
    'calico-4',
    data(
      [
        denied('192.168.132.71', 'calico-node-7xk2p', 0),
        denied('192.168.132.88', 'calico-node-7xk2p', 1),
        denied('192.168.77.12', 'calico-node-q9v4c', 2),
        denied('192.168.132.71', 'calico-node-q9v4c', 3),
      ],
      group({ job: 'calico-node-metrics' }),
    ),
  );
  for (const [name, one] of contentCases()) all.set(name, one);
  const groups = [
    'rhacs-group-policy',
    'generic-mixed',
    'calico-4',
    'rhacs-15-runtime-mitre-kill-pod',
    'generic-resolved',
  ].map((name) => all.get(name) as TemplateData);
  all.set(
    'digest',
    digest(
      groups,
      'The email budget of 250 in 24 hours is nearly used up: 212 are sent. What is not critical is gathered until there is room again.',
    ),
  );
  return all;
}

/** A digest as its sender would make it: the groups' data, and the alerts of all of them. */
export function digest(groups: readonly TemplateData[], why: string): TemplateData {
  const [first] = groups as [TemplateData];
  const firing = groups.flatMap((one) => one.tocsin.firing);
  return {
    ...first,
    status: firing.length > 0 ? 'firing' : 'resolved',
    alerts: groups.flatMap((one) => one.alerts),
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    notificationReason: '',
    tocsin: {
      ...first.tocsin,
      firing,
      resolved: groups.flatMap((one) => one.tocsin.resolved),
      severity: 'critical',
      sentBefore: 0,
      firstSentAt: '',
      digest: { why, groups },
    },
  };
}
