import type { TemplateAlert } from './data.ts';
import { wasCut } from './visible-text.ts';

/** A place to go to from an alert. */
export interface Link {
  readonly text: string;
  /** As it may stand in an `href`. */
  readonly url: string;
}

/** Of an address in a link, UTF-16 units: more than Prometheus' longest expressions need, and mail clients take it. */
export const LONGEST_LINK = 4_000;

/** What an address holds without being encoded (RFC 3986), but the apostrophe, which HTML would have to escape. */
const PLAIN = /^[\w\-.~:/?#[\]@!$&()*+,;=%]+$/;

/**
 * The address as it may stand in an `href`: only http, https and mailto lead somewhere, and what needs encoding is
 * encoded. @returns undefined where it is no such address, or too long: it is then to be shown as text.
 */
export function safeLink(address: string): string | undefined {
  const text = address.trim();
  if (text.length > LONGEST_LINK || !/^(?:https?|mailto):/i.test(text) || /\p{Cc}/u.test(text) || wasCut(text))
    return undefined;
  if (!URL.canParse(text)) return undefined;
  if (PLAIN.test(text)) return text;
  const encoded = new URL(text).href.replace(/[^\w\-.~:/?#[\]@!$&()*+,;=%]/gu, encode);
  return encoded.length <= LONGEST_LINK ? encoded : undefined;
}

function encode(char: string): string {
  return char === "'" ? '%27' : encodeURIComponent(char.toWellFormed());
}

/** Annotations that are links, by name, with the words of their button. */
const LINK_ANNOTATIONS: ReadonlyMap<string, string> = new Map([
  ['runbook_url', 'Runbook'],
  ['runbook', 'Runbook'],
  ['dashboard_url', 'Dashboard'],
  ['dashboard', 'Dashboard'],
]);

/** The annotations that a button leads to, by name: each address once, under its first name. */
export function annotationLinks({ annotations }: TemplateAlert): ReadonlyMap<string, Link> {
  const links = new Map<string, Link>();
  for (const [name, text] of LINK_ANNOTATIONS) {
    const url = safeLink(Object.hasOwn(annotations, name) ? (annotations[name] as string) : '');
    if (url !== undefined) links.set(name, { text, url });
  }
  return links;
}
