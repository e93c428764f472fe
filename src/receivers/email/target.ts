import type { TargetKind } from '../../config/target-kind.ts';
import { domainOf, parseMailboxes, splitMailboxes } from './message/addresses.ts';

/** What old mail servers took as a route to somewhere else, a file or a program; no address that people have. */
const ROUTING = /[%!"|/\\`]|\[/;

/** Email addresses. The allow-list holds domains, lower case, in ASCII; `*.` in front stands for all below. */
export const emailTarget: TargetKind = {
  allowedKey: 'allowed_domains',
  expected: 'an email address such as ops@example.org',
  split: splitMailboxes,
  parse: (item) => parseMailboxes(item).map((mailbox) => ({ id: idOf(mailbox.address), ...mailbox })),
  problem({ address }, allowed) {
    if (ROUTING.test(address)) return `${JSON.stringify(address)} is not a plain address`;
    const own = domainOf(address).toLowerCase();
    const fits = allowed.some((domain) => (domain.startsWith('*.') ? own.endsWith(domain.slice(1)) : own === domain));
    return allowed.length === 0 || fits ? undefined : `${JSON.stringify(address)} is not in an allowed domain`;
  },
  parseAllowed(text) {
    const below = text.startsWith('*.');
    try {
      const [mailbox] = parseMailboxes(`x@${below ? text.slice(2) : text}`);
      if (mailbox === undefined || /[\s,;:@<>()[\]"]/.test(text)) throw new Error('no domain');
      return `${below ? '*.' : ''}${domainOf(mailbox.address).toLowerCase()}`;
    } catch {
      throw new Error(`expected a domain such as example.org or *.example.org, found ${JSON.stringify(text)}`);
    }
  },
};

/** Only ASCII letters are made small: other letters may differ where their small letters do not. */
function idOf(address: string): string {
  return address.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
