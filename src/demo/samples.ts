import { readFileSync } from 'node:fs';

/** A request that the demo makes, as the sender named would make it. */
export interface SamplePost {
  /** Below Tocsin's address. */
  readonly path: string;
  readonly body: unknown;
}

const RHACS_TIMES = /"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"/g;

/**
 * A violation as RHACS posts it, moved in time so that it happened just now.
 * @param name a file of samples/, without rhacs- and .json
 * @param now ms since 1970
 */
export function rhacsViolation(name: string, now: number): SamplePost {
  const text = readFileSync(new URL(`samples/rhacs-${name}.json`, import.meta.url), 'utf8');
  const { alert } = JSON.parse(text) as { alert: { time: string } };
  const shift = now - Date.parse(alert.time);
  const moved = text.replace(RHACS_TIMES, (time) => {
    return JSON.stringify(new Date(Date.parse(JSON.parse(time) as string) + shift));
  });
  return { path: '/webhooks/rhacs', body: JSON.parse(moved) };
}

/** What the Test button of RHACS's integration page sends. */
export const rhacsTest: SamplePost = {
  path: '/webhooks/rhacs',
  body: {
    alert: {
      id: 'testalert',
      policy: { name: 'This is a test message created to test integration with StackRox.' },
    },
  },
};

/** A source address whose packets Calico denies, and the pod of Calico that saw it. */
export interface Denial {
  readonly srcIP: string;
  readonly pod: string;
}

export const denials: readonly [Denial, Denial, Denial] = [
  { srcIP: '192.168.132.71', pod: 'calico-node-7xk2p' },
  { srcIP: '192.168.77.12', pod: 'calico-node-q9v4c' },
  { srcIP: '192.168.77.40', pod: 'calico-node-q9v4c' },
];

const POLICY = 'default|default.test|deny';

/**
 * Alerts of the rule PolicyDeny over calico_denied_packets, as Prometheus posts them.
 * @param startsAt @param endsAt ms since 1970: in the future while the alert fires
 */
export function policyDeny(denied: readonly Denial[], startsAt: number, endsAt: number): SamplePost {
  const alerts = denied.map(({ srcIP, pod }) => ({
    labels: {
      alertname: 'PolicyDeny',
      severity: 'warning',
      job: 'calico-node-metrics',
      endpoint: 'calico-metrics-port',
      policy: POLICY,
      pod,
      srcIP,
    },
    annotations: {
      summary: `Policy ${POLICY} is denying packets`,
      description: `Policy ${POLICY} denied packets from ${srcIP}, seen by ${pod}`,
    },
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    generatorURL: 'http://prometheus.example.org/graph?g0.expr=calico_denied_packets+%3E+0&g0.tab=1',
  }));
  return { path: '/api/v2/alerts', body: alerts };
}
