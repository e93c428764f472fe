import { LabelSet } from '../../alert/label-set.ts';
import type { Sample } from '../source.ts';

/** A source address whose packets Calico denies, and the pod of Calico that saw it. */
export interface Denial {
  readonly srcIP: string;
  readonly pod: string;
}

const POLICY = 'default|default.test|deny';

/** The labels of an alert of the rule PolicyDeny over calico_denied_packets. */
export function policyDenyLabels({ srcIP, pod }: Denial, policy = POLICY): Record<string, string> {
  return {
    alertname: 'PolicyDeny',
    severity: 'warning',
    job: 'calico-node-metrics',
    endpoint: 'calico-metrics-port',
    policy,
    pod,
    srcIP,
  };
}

/**
 * Alerts of that rule, as Prometheus posts them.
 * @param startsAt @param endsAt ms since 1970: in the future while the alert fires
 */
export function policyDenyBody(denied: readonly Denial[], startsAt: number, endsAt: number): object[] {
  return denied.map((denial) => ({
    labels: policyDenyLabels(denial),
    annotations: {
      summary: `Policy ${POLICY} is denying packets`,
      description: `Policy ${POLICY} denied packets from ${denial.srcIP}, seen by ${denial.pod}`,
    },
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    generatorURL: 'http://prometheus.example.org/graph?g0.expr=calico_denied_packets+%3E+0&g0.tab=1',
  }));
}

export function testSample(): Sample {
  const labels = policyDenyLabels({ srcIP: '192.0.2.1', pod: 'calico-node-test' }, 'test|default.test|deny');
  return {
    source: 'prometheus',
    alert: {
      labels: LabelSet.of(labels),
      annotations: LabelSet.of({ summary: 'This is a test: nothing has happened.' }),
    },
  };
}
