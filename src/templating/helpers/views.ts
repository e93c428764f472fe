import { calicoDenial } from '../calico.ts';
import type { TemplateAlert } from '../data.ts';
import { type Helpers, property, textOf } from '../helper.ts';
import { rhacsAlert } from '../rhacs/alert.ts';
import { rhacsAudit, rhacsNetworkPolicy } from '../rhacs/messages.ts';

/** The sources' own documents, read for a mail: `{{#with (rhacs this)}}{{policy.name}}{{/with}}`. */
export const viewHelpers: Helpers = {
  rhacs: ([alert], { rendering }) => rhacsAlert(asAlert(alert), rendering.limits),
  rhacsAudit: ([alert], { rendering }) => rhacsAudit(asAlert(alert), rendering.limits),
  rhacsNetworkPolicy: ([alert], { rendering }) => rhacsNetworkPolicy(asAlert(alert), rendering.limits),
  calico: ([alert]) => calicoDenial(asAlert(alert)),
};

function asAlert(value: unknown): TemplateAlert {
  if (typeof property(value, 'labels') !== 'object')
    throw new Error(`needs an alert, not ${JSON.stringify(textOf(value).slice(0, 40))}`);
  return value as TemplateAlert;
}
