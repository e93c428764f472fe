import type { TemplateAlert } from './data.ts';
import { property } from './helper.ts';

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
    node: label('node', 'nodename', 'kubernetes_node', 'instance', 'host'),
  };
}
