import { without } from '../../templating/alert-texts.ts';
import type { TemplateAlert } from '../../templating/data.ts';
import { property } from '../../templating/helper.ts';
import { annotationLinks } from '../../templating/links.ts';
import type { Pair } from '../../templating/pair.ts';

/** What a Calico alert about denied packets says. Texts come from labels: already visible and cut. */
export interface CalicoDenial {
  readonly tier: string;
  readonly policy: string;
  /** `deny`, mostly. */
  readonly action: string;
  readonly sourceIP: string;
  /** The calico-node pod that saw it. */
  readonly pod: string;
  readonly node: string;
}

/** Calico's `policy` label is `tier|policy|action`; with more parts, the first is the tier and the last the action. */
export function calicoDenial(alert: TemplateAlert): CalicoDenial {
  const label = (...names: readonly string[]): string => {
    for (const name of names) {
      const value = property(alert.labels, name);
      if (typeof value === 'string' && value !== '') return value;
    }
    return '';
  };
  const parts = label('policy').split('|');
  const whole = parts.length === 1;
  return {
    tier: whole ? '' : (parts[0] ?? ''),
    policy: whole ? (parts[0] ?? '') : parts.slice(1, parts.length > 2 ? -1 : undefined).join('|'),
    action: parts.length > 2 ? (parts.at(-1) ?? '') : 'deny',
    sourceIP: label('srcIP', 'src_ip', 'srcIp'),
    pod: label('pod', 'calico_node_pod'),
    node: label('node', 'nodename', 'kubernetes_node', 'host') || hostOf(label('instance')),
  };
}

/** Calico's pods are on the host's network, so the address that was scraped is the node's; a loopback tells nothing. */
function hostOf(instance: string): string {
  const host = instance.replace(/:\d+$/, '');
  return /^(localhost|127\.|\[::1\])/.test(host) ? '' : host;
}

const SHOWN_LABELS = new Set([
  'alertname',
  'severity',
  'policy',
  'srcIP',
  'src_ip',
  'srcIp',
  'pod',
  'calico_node_pod',
  'node',
  'nodename',
  'kubernetes_node',
  'host',
  'instance',
]);

/** Labels and annotations of an alert that nothing else in its email shows. */
export function calicoFacts(alert: TemplateAlert): Pair[] {
  const links = annotationLinks(alert).keys();
  return [
    ...without(alert.labels, SHOWN_LABELS),
    ...without(alert.annotations, new Set(['summary', 'description', ...links])),
  ];
}

/** What one policy denied: sources in the order of their first alert. */
export interface DeniedByPolicy {
  readonly tier: string;
  readonly policy: string;
  readonly action: string;
  readonly sources: readonly DeniedSource[];
}

export interface DeniedSource {
  readonly sourceIP: string;
  /** One for each alert about it: which of Calico's pods saw it. */
  readonly sightings: readonly { readonly alert: TemplateAlert; readonly pod: string; readonly node: string }[];
}

/** Groups alerts by policy and source address. */
export function deniedByPolicy(alerts: readonly TemplateAlert[]): DeniedByPolicy[] {
  const policies = new Map<
    string,
    { first: CalicoDenial; sources: Map<string, DeniedSource['sightings'][number][]> }
  >();
  for (const alert of alerts) {
    const denial = calicoDenial(alert);
    const key = `${denial.tier}|${denial.policy}|${denial.action}`;
    const group = policies.get(key) ?? { first: denial, sources: new Map() };
    policies.set(key, group);
    const sightings = group.sources.get(denial.sourceIP) ?? [];
    group.sources.set(denial.sourceIP, sightings);
    sightings.push({ alert, pod: denial.pod, node: denial.node });
  }
  return [...policies.values()].map(({ first: { tier, policy, action }, sources }) => ({
    tier,
    policy,
    action,
    sources: [...sources].map(([sourceIP, sightings]) => ({ sourceIP, sightings })),
  }));
}

/** `default.test denied 192.168.132.71 and 2 others`: for subjects. */
export function denialLine(alerts: readonly TemplateAlert[]): string {
  const policies = deniedByPolicy(alerts);
  const sources = [...new Set(policies.flatMap((policy) => policy.sources.map(({ sourceIP }) => sourceIP)))];
  const [first, second] = policies;
  const who = first === undefined || second !== undefined ? `${policies.length} policies` : first.policy || 'A policy';
  const [source = '', ...others] = sources;
  const whom = source === '' ? 'packets' : `packets from ${source}`;
  const rest = others.length === 0 ? '' : ` and ${others.length} other${others.length === 1 ? '' : 's'}`;
  return `${who} denied ${whom}${rest}`;
}
