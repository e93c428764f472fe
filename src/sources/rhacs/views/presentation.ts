import type { AlertAttachment, AlertPresentation, EventWords } from '../../../templating/alert-presentation.ts';
import type { TemplateAlert } from '../../../templating/data.ts';
import { asObject, isObject, objectAt, scalarAt } from '../../json.ts';
import { TEST_ALERT_ID } from '../details.ts';
import type { Product } from '../product.ts';
import { rhacsAlert } from './alert-view.ts';

/** How alerts of one product of the family are shown. */
export interface StackroxPresentation extends AlertPresentation {
  readonly product: Product;
}

export function stackroxPresentation(product: Product): StackroxPresentation {
  return {
    product,
    includes: ({ source }) => source === product.name,
    template: ({ details }) => templateOf(details),
    subject: (alert, limits) => {
      const isMessage = isObject(asObject(alert.details).alert);
      return isMessage ? rhacsAlert(alert, product, limits).entity : '';
    },
    event: (alert) => product.event ?? eventOf(alert),
    linkText: () => product.linkText ?? `Open in ${product.title}`,
    facts: (alert) => product.facts?.(alert) ?? [],
    attachment: networkPolicyFile,
  };
}

function templateOf(value: unknown): string {
  const details = asObject(value);
  const { alert } = details;
  if (isObject(details.audit) && !isObject(alert)) return 'rhacs-audit';
  if (isObject(details.networkpolicy) && !isObject(alert)) return 'rhacs-networkpolicy';
  return scalarAt(asObject(alert), 'id') === TEST_ALERT_ID ? 'test' : 'rhacs';
}

function eventOf({ labels }: TemplateAlert): EventWords | undefined {
  return labels.state === 'attempted' ? { verb: 'Blocked', nouns: 'attempts' } : undefined;
}

/** The network policy that is to be applied: what an email shows of it may be cut, and is not for copying. */
function networkPolicyFile({ details }: TemplateAlert): AlertAttachment | undefined {
  const document = asObject(details);
  const message = objectAt(document, 'networkpolicy');
  const content = scalarAt(message, 'yaml');
  // Half a policy is never attached.
  if (content === '' || Object.hasOwn(document, 'omitted')) return undefined;
  const cluster = scalarAt(message, 'cluster');
  return {
    name: `network-policy${cluster === '' ? '' : `-${cluster.slice(0, 60)}`}`,
    extension: 'yaml',
    contentType: 'application/yaml',
    content,
  };
}
