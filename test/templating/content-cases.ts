import { LabelSet } from '../../src/alert/label-set.ts';
import type { Notification } from '../../src/alert/notification.ts';
import { alertmanager } from '../../src/sources/alertmanager/alertmanager.ts';
import type { TemplateData } from '../../src/templating/data.ts';
import { alert, alertsOf, data, fixture, NOW, notification, rhacsAlert } from './support.ts';

const group = (labels: Record<string, string>): Partial<Notification> => ({ groupLabels: LabelSet.of(labels) });

/** As kube-prometheus groups by default: several alert names of one namespace. */
function kubePrometheus(): TemplateData {
  const shop = { cluster: 'prod-eu-1', namespace: 'shop' };
  const alerts = [
    alert(
      { alertname: 'KubePodCrashLooping', severity: 'warning', ...shop, pod: 'cart-7d9f', container: 'cart' },
      {
        annotations: {
          summary: 'Pod is crash looping.',
          description: 'Pod shop/cart-7d9f (cart) is in waiting state (reason: "CrashLoopBackOff").',
          runbook_url: 'https://runbooks.example.org/kubepodcrashlooping',
        },
      },
    ),
    alert(
      { alertname: 'KubeJobFailed', severity: 'critical', ...shop, job_name: 'nightly-report' },
      { annotations: { summary: 'Job failed to complete.', message: 'Job shop/nightly-report failed 3 times.' } },
    ),
    alert(
      { alertname: 'KubeDeploymentReplicasMismatch', severity: 'warning', ...shop, deployment: 'checkout-api' },
      { annotations: { summary: 'Deployment has not matched the expected number of replicas.' } },
    ),
  ];
  const notified = notification(alerts, { ...group({ namespace: 'shop' }), reason: 'new alerts added', sentBefore: 1 });
  return data(alerts, {
    ...notified,
    firstSentAt: NOW - 3_600_000,
    alerts: notified.alerts.map((one, i) => (i === 1 ? { ...one, isNew: true as const } : one)),
  });
}

/** A deployment day that broke a policy 270 times, in four clusters and many namespaces. */
export function deploymentDay(count = 270): TemplateData {
  const alerts = Array.from({ length: count }, (_, i) => {
    const body = structuredClone(fixture('01-deploy-email-annotation.json')) as {
      alert: { clusterName: string; namespace: string; deployment: Record<string, unknown> };
    };
    const clusterName = ['prod-eu-1', 'prod-us-2', 'stage-eu-1'][i % 3] as string;
    const namespace = ['shop', 'billing', 'search', 'identity', 'logistics'][(i >> 1) % 5] as string;
    Object.assign(body.alert, { clusterName, namespace });
    Object.assign(body.alert.deployment, { name: `service-${i + 1}`, clusterName, namespace });
    return rhacsAlert(body);
  });
  return data(alerts, group({ alertname: 'Privileged Container' }));
}

export const JSON_DESCRIPTION = `{
  "status": 503,
  "errors": [
    { "code": "E_UPSTREAM",   "count": 41 },
    { "code": "E_TIMEOUT",    "count": 7 }
  ]
}`;

/** What a reader must not lose: unknown severities, every pair of texts, laid-out text, odd links. */
function oddAlert(): TemplateData {
  return data(
    [
      alert(
        { alertname: 'CheckoutErrors', severity: 'P1', team: 'shop', service: 'checkout' },
        {
          generatorURL: 'https://prometheus.example.org/graph?g0.expr=rate(http_errors{job="a b"}[5m]) > 1',
          annotations: {
            title: 'Checkout answers with 503',
            summary: 'More than 5% of checkouts fail',
            description: JSON_DESCRIPTION,
            message: 'The upstream payment provider answers slowly.',
            runbook_url: 'https://runbooks.example.org/checkout errors',
            dashboard_url: 'https://grafana.example.org/d/abc?var-service=checkout',
          },
        },
      ),
    ],
    group({ alertname: 'CheckoutErrors' }),
  );
}

function unknownSeverities(): TemplateData {
  const alerts = ['sev1', 'very high', 'P2', 'P2'].map((severity, i) =>
    alert(
      { alertname: 'QueueStuck', severity, service: `queue-${i + 1}` },
      { annotations: { summary: `Queue ${i + 1} does not move` } },
    ),
  );
  return data(alerts, group({ alertname: 'QueueStuck' }));
}

export const GRAFANA_BODY = {
  receiver: 'tocsin',
  status: 'firing',
  orgId: 1,
  version: '1',
  groupKey: '{}:{alertname="HighLatency"}',
  externalURL: 'https://grafana.example.org/',
  alerts: [
    {
      status: 'firing',
      labels: {
        alertname: 'HighLatency',
        grafana_folder: 'Shop',
        severity: 'critical',
        __alert_rule_uid__: 'ad1f2c',
      },
      annotations: {
        summary: 'p99 latency above 2 s',
        __dashboardUid__: 'abc',
        __value_string__: '[ var=A ]',
      },
      startsAt: '2026-08-20T20:59:59.999999999Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'https://grafana.example.org/alerting/grafana/ad1f2c/view',
      dashboardURL: 'https://grafana.example.org/d/abc?orgId=1',
      panelURL: 'https://grafana.example.org/d/abc?orgId=1&viewPanel=4',
      silenceURL: 'https://grafana.example.org/alerting/silence/new',
      values: { A: 2.31, C: 1 },
      valueString: "[ var='A' labels={} value=2.31 ]",
    },
  ],
};

/** An event beside what fires and what has ended. */
function mixedWithEvent(): TemplateData {
  const [ongoing, blocked, ended] = [
    rhacsAlert(fixture('01-deploy-email-annotation.json')),
    rhacsAlert(fixture('12-attempted-deploy-create.json')),
    rhacsAlert(fixture('03-runtime-processes.json'), { endsAt: NOW - 300_000 }),
  ];
  return data([ongoing, blocked, ended], { ...group({ cluster: 'prod-eu-1' }), reason: 'new alerts added' });
}

/** Emails whose content is easily got wrong, by name. */
export function contentCases(): ReadonlyMap<string, TemplateData> {
  return new Map([
    ['content-kube-prometheus', kubePrometheus()],
    ['content-270', deploymentDay()],
    ['content-odd', oddAlert()],
    ['content-severities', unknownSeverities()],
    [
      'content-grafana',
      data(
        alertsOf(alertmanager, GRAFANA_BODY).map((one) => ({ ...one, endsAt: NOW + 300_000 })),
        group({ alertname: 'HighLatency' }),
      ),
    ],
    ['content-event', mixedWithEvent()],
  ]);
}
