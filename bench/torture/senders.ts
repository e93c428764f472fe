/** One alert of the load, of whichever sender. */
export interface LoadAlert {
  /** Unique; the label `deployment` of the alert. */
  readonly name: string;
  /** What it is grouped by. */
  readonly namespace: string;
  readonly startsAt: number;
}

export type SenderName = 'prometheus' | 'alertmanager' | 'rhacs';

/** How a sender puts alerts into requests: paths and JSON bodies. `status` is the same for all of one call. */
export type Sender = (
  alerts: readonly LoadAlert[],
  status: 'firing' | 'resolved',
) => readonly { readonly path: string; readonly body: unknown }[];

const NEVER = '0001-01-01T00:00:00Z';
/** What Prometheus grants at each sending, ms. */
const GRANT = 240_000;

const time = (ms: number): string => new Date(ms).toISOString();

const labelsOf = ({ name, namespace }: LoadAlert): Record<string, string> => ({
  alertname: 'DeniedPackets',
  deployment: name,
  namespace,
  severity: 'warning',
});

export const senders: Readonly<Record<SenderName, Sender>> = {
  prometheus: (alerts, status) => [
    {
      path: '/api/v2/alerts',
      body: alerts.map((alert) => ({
        labels: labelsOf(alert),
        annotations: { summary: `Packets of ${alert.name} were denied` },
        startsAt: time(alert.startsAt),
        endsAt: time(Date.now() + (status === 'firing' ? GRANT : 0)),
        generatorURL: 'http://prometheus.example.org/graph',
      })),
    },
  ],

  alertmanager: (alerts, status) => [
    {
      path: '/webhooks/alertmanager',
      body: {
        version: '4',
        groupKey: '{}:{}',
        truncatedAlerts: 0,
        status,
        receiver: 'tocsin',
        groupLabels: {},
        commonLabels: {},
        commonAnnotations: {},
        externalURL: 'http://alertmanager.example.org',
        alerts: alerts.map((alert) => ({
          status,
          labels: labelsOf(alert),
          annotations: { summary: `Packets of ${alert.name} were denied` },
          startsAt: time(alert.startsAt),
          endsAt: status === 'firing' ? NEVER : time(Date.now()),
          generatorURL: '',
          fingerprint: '',
        })),
      },
    },
  ],

  // One violation per body.
  rhacs: (alerts, status) =>
    alerts.map((alert) => ({
      path: '/webhooks/rhacs',
      body: {
        alert: {
          id: `id-${alert.name}`,
          policy: { id: 'p', name: 'Latest tag', severity: 'HIGH_SEVERITY', categories: ['DevOps Best Practices'] },
          clusterName: 'prod',
          namespace: alert.namespace,
          deployment: {
            id: `d-${alert.name}`,
            name: alert.name,
            type: 'Deployment',
            namespace: alert.namespace,
            clusterName: 'prod',
            containers: [],
          },
          violations: [{ message: "Container 'app' has image with tag 'latest'" }],
          time: time(alert.startsAt),
          firstOccurred: time(alert.startsAt),
          entityType: 'DEPLOYMENT',
          ...(status === 'resolved' && { state: 'RESOLVED', resolvedAt: time(Date.now()) }),
        },
      },
    })),
};
