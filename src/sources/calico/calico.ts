import type { TemplateAlert } from '../../templating/data.ts';
import { type Helpers, listOf, property } from '../../templating/helper.ts';
import type { AlertKind } from '../source.ts';
import { calicoDenial, calicoFacts, denialLine, deniedByPolicy } from './denials.ts';
import { testSample } from './samples.ts';

const helpers: Helpers = {
  calico: ([alert]) => calicoDenial(asAlert(alert)),
  /** Calico's denials by policy and source address. */
  deniedByPolicy: ([alerts]) => deniedByPolicy(listOf(alerts).map(asAlert)),
  /** Labels and annotations that neither the policy's box nor the rule's description shows. */
  calicoFacts: ([alert]) => calicoFacts(asAlert(alert)),
  denialLine: ([alerts]) => denialLine(listOf(alerts).map(asAlert)),
};

/** Packets that a Calico network policy denied: alerts of a rule in Prometheus over Calico's metrics. */
export const calico: AlertKind = {
  name: 'calico',
  presentation: {
    includes: ({ labels: { alertname = '', policy, srcIP } }) =>
      /^(PolicyDeny|DeniedPackets)/.test(alertname) || (policy !== undefined && srcIP !== undefined),
    template: () => 'calico',
  },
  helpers,
  sample: testSample,
};

function asAlert(value: unknown): TemplateAlert {
  if (typeof property(value, 'labels') === 'object') return value as TemplateAlert;
  throw new Error('needs an alert');
}
