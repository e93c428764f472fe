import { domainToASCII } from 'node:url';

/** One mailbox of an address list. */
export interface Mailbox {
  /** Display name, unquoted; '' where there is none. */
  readonly name: string;
  /** `local@domain`; the domain in ASCII (IDNA), the local part as written. */
  readonly address: string;
}

const MAX_ADDRESS = 254;
/** Quoted strings, comments, angle brackets, separators, and the text between; what is left over never closes. */
const TOKEN = /"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)|<[^<>]*>|[,;]|[^",;<>()]+|./gsu;
const DOT_ATOM = /^[\w!#$%&'*+/=?^`{|}~\u{80}-\u{10ffff}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u{80}-\u{10ffff}-]+)*$/u;
const QUOTED = /^"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*"$/u;
const HOST = /^(?=.{1,253}$)[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?(?:\.[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?)*$/i;
const LITERAL = /^\[[\d.]+\]$|^\[IPv6:[\da-f:.]+\]$/i;
const INVISIBLE = /[\p{Cc}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/**
 * Parses an RFC 5322 address list: display names, quoted names, comments, line breaks, empty items, and groups
 * (`Team: a@example.org, b@example.org;`). Stricter than what mail libraries do: text that is not an address is an error,
 * never a recipient less.
 * @throws Error that names the item.
 */
export function parseAddresses(list: string): Mailbox[] {
  return splitItems(list, true).map(parseItem);
}

/** The same without groups, for what alerts name. @throws Error that names the item. */
export function parseMailboxes(list: string): Mailbox[] {
  return splitItems(list, false).map(parseItem);
}

/** The items of a list without groups, each a text of its own. @throws Error where something does not close. */
export function splitMailboxes(list: string): string[] {
  return splitItems(list, false).map(textOf);
}

/** What is left of a list when the items that are no addresses are taken out. */
export interface UsableAddresses {
  readonly mailboxes: readonly Mailbox[];
  readonly unusable: readonly { readonly item: string; readonly problem: string }[];
}

/** Reads a list of which some items may not be addresses: the usable ones, and what is wrong with the rest. */
export function usableAddresses(list: string): UsableAddresses {
  const mailboxes: Mailbox[] = [];
  const unusable: { item: string; problem: string }[] = [];
  for (const item of rawItems(list)) {
    try {
      mailboxes.push(...parseAddresses(item));
    } catch (error) {
      unusable.push({ item, problem: (error as Error).message });
    }
  }
  return { mailboxes, unusable };
}

/** If a quote or bracket is not closed, separators cannot be distinguished from text: then each counts. */
function rawItems(list: string): string[] {
  try {
    return splitItems(list, true).map(textOf);
  } catch {
    return list.split(/[,;\n]/).map((item) => item.trim());
  }
}

/** One address each, compared as mail servers in practice do: without regard to case. */
export function uniqueAddresses(mailboxes: readonly Mailbox[]): string[] {
  const unique = new Map<string, string>();
  for (const { address } of mailboxes) {
    if (!unique.has(address.toLowerCase())) unique.set(address.toLowerCase(), address);
  }
  return [...unique.values()];
}

/** Whether an address can go to a server without SMTPUTF8. */
export function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** @returns the non-empty items of a list, each as its tokens. */
function splitItems(list: string, groups: boolean): string[][] {
  const items: string[][] = [];
  let item: string[] = [];
  const tokens = Array.from(list.matchAll(TOKEN), ([token]) => token);
  const lastEnd = groups ? tokens.lastIndexOf(';') : -1;
  let inGroup = false;
  for (const [i, token] of tokens.entries()) {
    // Stopping at the first one that does not close also keeps the scan linear.
    if (/^["<>()]$/u.test(token)) throw new Error(`${quote(list)}: ${token} without its counterpart`);
    if (token === ',' || token === ';') {
      items.push(item);
      item = [];
      if (token === ';') inGroup = false;
      continue;
    }
    // Without its end it is no group, but perhaps a header: "Bcc: ...".
    const name: string | undefined = inGroup || i > lastEnd ? undefined : groupName(item, token);
    if (name !== undefined) {
      inGroup = true;
      item = [];
    }
    item.push(token.slice(name?.length ?? 0));
  }
  items.push(item);
  return items.filter((parts) => parts.some((part) => part.trim() !== ''));
}

/** The end of a group's name in a token, its colon included. @param before the tokens of the same item before it */
function groupName(before: readonly string[], token: string): string | undefined {
  if (/^["(<]/.test(token) || before.some((part) => part.startsWith('<'))) return undefined;
  const name = /^[^:@]*:/.exec(token)?.[0];
  const whole = `${before.join('')}${name ?? ''}`.trim();
  return name !== undefined && !/[\r\n]/.test(whole) ? name : undefined;
}

function textOf(tokens: readonly string[]): string {
  return tokens.join('').trim();
}

function parseItem(tokens: string[]): Mailbox {
  const text = textOf(tokens);
  const words = tokens.filter((token) => !token.startsWith('(') && token.trim() !== '');
  const angle = words.findIndex((token) => token.startsWith('<'));
  if (angle >= 0) {
    if (angle !== words.length - 1) throw new Error(`${quote(text)} is not an email address: text after ">"`);
    const inner = (words[angle] as string).slice(1, -1).trim();
    const names = words.slice(0, angle);
    // A header line, or a group that does not end.
    if (names.some((word) => !word.startsWith('"') && /[:\r\n]/.test(word.trim()))) {
      throw new Error(`${quote(text)} is not an email address: bad text before "<"`);
    }
    return {
      name: names.map(unquote).join(' ').replace(/\s+/g, ' ').trim(),
      address: check(inner, text),
    };
  }
  const comment = tokens.find((token) => token.startsWith('('))?.slice(1, -1) ?? '';
  return {
    name: comment.replace(/\\(.)/gs, '$1').replace(/\s+/g, ' ').trim(),
    address: check(words.join('').trim(), text),
  };
}

function unquote(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/gs, '$1') : word.trim();
}

function check(address: string, item: string): string {
  const problem = (why: string): Error => new Error(`${quote(item)} is not an email address: ${why}`);
  const at = address.lastIndexOf('@');
  if (at < 0) throw problem('no "@"');
  const local = address.slice(0, at);
  const domain = toAscii(address.slice(at + 1));
  if (INVISIBLE.test(address)) throw problem('control or invisible characters');
  if (!DOT_ATOM.test(local) && !QUOTED.test(local)) throw problem('bad text before "@"');
  if (!HOST.test(domain) && !LITERAL.test(domain)) throw problem('bad domain');
  const whole = `${local}@${domain}`;
  if (Buffer.byteLength(whole) > MAX_ADDRESS) throw problem(`longer than ${MAX_ADDRESS} bytes`);
  return whole;
}

function toAscii(domain: string): string {
  return isAscii(domain) ? domain : domainToASCII(domain);
}

/** For errors: one line, never long. */
function quote(text: string): string {
  const short = text.length > 100 ? `${text.slice(0, 100)}...` : text;
  return JSON.stringify(short.trim());
}
