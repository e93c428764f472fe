import type { EventWords } from '../../templating/alert-presentation.ts';
import type { TemplateAlert } from '../../templating/data.ts';
import type { Pair } from '../../templating/pair.ts';

/** One product of the StackRox family: the same messages under another name, with pages of its own to link to. */
export interface Product {
  /** Name of the source, and value of the label `source`. */
  readonly name: string;
  /** As readers know it, e.g. in `RHACS audit: ...`. */
  readonly title: string;
  readonly defaultPath: string;
  /** Path of an alert's page in Central, without its id; '' where alerts have none. */
  readonly alertPage: string;
  /** Path of an image's page in Central, without its id. */
  readonly imagePage: string;
  /** Path of a policy's page in Central, without its id; '' where there is none. */
  readonly policyPage: string;
  /** Text of the link to where an alert came from. Absent: `Open in TITLE`. */
  readonly linkText?: string;
  /** The words for its events. */
  readonly event?: EventWords;
  /** What its emails show of an alert besides. */
  readonly facts?: (alert: TemplateAlert) => readonly Pair[];
}

export const RHACS: Product = {
  name: 'rhacs',
  title: 'RHACS',
  defaultPath: '/webhooks/rhacs',
  alertPage: '/main/violations/',
  imagePage: '/main/vulnerability-management/image/',
  policyPage: '/main/policy-management/policies/',
};
