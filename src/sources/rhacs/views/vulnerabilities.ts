import type { Limits } from '../../../templating/limits.ts';
import { line } from './read.ts';

/** A violation of a vulnerability policy, taken apart. Visible text. */
export interface Vulnerability {
  /** `CVE-2021-44228` */
  readonly id: string;
  /** Where it is described; '' where no address is known. */
  readonly url: string;
  /** `Critical`, in the product's word; '' where it says none. */
  readonly severity: string;
  /** `10` */
  readonly cvss: string;
  /** `log4j-core 2.14.1` */
  readonly component: string;
  readonly container: string;
  /** The version that resolves it; '' where there is none yet. */
  readonly fixedIn: string;
  /** What else the message says. */
  readonly more: string;
  /** Not in the email before. */
  readonly isNew: boolean;
}

const MESSAGE =
  /^(?:Fixable )?([A-Z][A-Za-z]{1,9}-[\w:.-]{1,60})(?: \(CVSS ([^()]{1,60})\))?(?: \(severity ([\w -]{1,30})\))? found in component '([^']{1,300})'(?: \(version ([^()]{0,200})\))?(?: in container '([^']{1,253})')?(?:, resolved by version (\S{1,200}))?(.*)$/s;

/** @returns undefined for a message that names no vulnerability in RHACS' words. */
export function vulnerabilityOf(message: string, isNew: boolean, limits: Limits): Vulnerability | undefined {
  const match = MESSAGE.exec(message.replace(/ {2,}/g, ' ').trim());
  if (!match) return undefined;
  const [, id = '', cvss = '', severity = '', name = '', version = '', container = '', fixedIn = '', more = ''] = match;
  const text = (part: string): string => line(part, limits);
  return {
    id,
    url: addressOf(id),
    severity,
    // `10, NVD CVSS 10`: the product's own score first.
    cvss: text(cvss.replace(/,.*$/, '')),
    component: text(`${name} ${version}`),
    container: text(container),
    fixedIn: text(fixedIn),
    more: text(more.replace(/^[\s,.;]+/, '')),
    isNew,
  };
}

const ADDRESSES: readonly (readonly [RegExp, string])[] = [
  [/^CVE-\d{4}-\d{4,}$/, 'https://nvd.nist.gov/vuln/detail/'],
  [/^RH[SBE]A-\d{4}:\d+$/, 'https://access.redhat.com/errata/'],
  [/^GHSA(?:-\w{4}){3}$/, 'https://github.com/advisories/'],
];

function addressOf(id: string): string {
  const [, base] = ADDRESSES.find(([pattern]) => pattern.test(id)) ?? [];
  return base === undefined ? '' : base + id;
}

const SEVERITIES = ['critical', 'important', 'high', 'moderate', 'medium', 'low'];

/** New ones first, then the worst. */
export function byRisk(a: Vulnerability, b: Vulnerability): number {
  const rank = ({ severity }: Vulnerability): number => {
    const index = SEVERITIES.indexOf(severity.toLowerCase());
    return index < 0 ? SEVERITIES.length : index;
  };
  return Number(b.isNew) - Number(a.isNew) || rank(a) - rank(b) || (Number(b.cvss) || 0) - (Number(a.cvss) || 0);
}
