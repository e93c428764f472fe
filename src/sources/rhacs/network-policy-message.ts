import type { AlertInput } from '../../alert/alert.ts';
import { BoundedCopy } from '../bounded-copy.ts';
import { textAt } from '../json.ts';
import { shortHash } from '../limits.ts';
import { annotationSet, labelSet } from './label-builder.ts';
import type { Message, MessageContext } from './message.ts';

const BUDGET = 1_000_000;

/** A network policy that somebody shares from the simulator: an event. Label `request`, a hash of the YAML, keeps two apart. */
export function readNetworkPolicyMessage(
  { content, extras }: Message,
  context: MessageContext,
): AlertInput | undefined {
  const cluster = textAt(content, 'cluster');
  const yaml = textAt(content, 'yaml');
  if (cluster === '' && yaml === '') return undefined;
  const copy = new BoundedCopy(BUDGET, BUDGET);
  const networkpolicy = copy.copy(content);
  return {
    labels: labelSet(
      {
        alertname: `${context.product.title} network policy`,
        severity: 'info',
        source: context.product.name,
        message: 'networkpolicy',
        cluster,
        request: shortHash(yaml),
      },
      extras,
    ),
    annotations: annotationSet({ summary: `New network policy YAML for cluster '${cluster}' needs to be applied` }),
    generatorURL: context.central,
    details: { ...extras, networkpolicy, ...(copy.omitted > 0 ? { omitted: { values: copy.omitted } } : {}) },
    event: true,
  };
}
