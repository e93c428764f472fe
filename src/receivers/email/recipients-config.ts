import { checked, list, object, type Values } from '../../config/field.ts';
import { string } from '../../config/scalars.ts';
import { template } from '../../config/template-string.ts';
import { checkList, SOME } from './literal-addresses.ts';
import { domainOf, parseAddresses } from './message/addresses.ts';

/** `recipients` of an `email_configs` entry: the mail goes to those whom the alerts name. */
export interface RecipientsConfig {
  /** Key of the annotation, or else label, that holds addresses; '': none is looked up. */
  readonly annotation: string;
  /** (template) address lists: who is told where nobody is named. Empty: `to`. */
  readonly default: readonly string[];
  /** Domains that an alert may name, lower case, in ASCII; with `*.` in front: those below. Empty: any. */
  readonly allowedDomains: readonly string[];
}

const domain = checked(string, (text) => {
  try {
    toDomain(text);
  } catch {
    throw new Error(`expected a domain such as example.org or *.example.org, found ${JSON.stringify(text)}`);
  }
});

const addressList = checked(template, (text) => {
  if (text.includes('{{')) return;
  checkList(text, SOME);
});

export const recipients = object({ annotation: string, default: list(addressList), allowed_domains: list(domain) });

export function toRecipientsConfig(values: Values<typeof recipients.shape>): RecipientsConfig {
  return {
    annotation: values.annotation ?? '',
    default: values.default ?? [],
    allowedDomains: (values.allowed_domains ?? []).map(toDomain),
  };
}

/** @throws Error where it is none. */
function toDomain(text: string): string {
  const below = text.startsWith('*.');
  const [mailbox] = parseAddresses(`x@${below ? text.slice(2) : text}`);
  if (mailbox === undefined || /[\s,;:@<>()[\]"]/.test(text)) throw new Error('no domain');
  return `${below ? '*.' : ''}${domainOf(mailbox.address).toLowerCase()}`;
}

export function isAllowed(address: string, { allowedDomains }: RecipientsConfig): boolean {
  const own = domainOf(address).toLowerCase();
  return (
    allowedDomains.length === 0 ||
    allowedDomains.some((allowed) => (allowed.startsWith('*.') ? own.endsWith(allowed.slice(1)) : own === allowed))
  );
}
