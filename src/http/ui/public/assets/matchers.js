/** More matchers than this are no silence that somebody could look through. */
export const MOST_MATCHERS = 200;

const TERM = /\s*("(?:[^"\\]|\\.)*"|[^\s{}!=~,\\"'`]+)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^\s,}"]*)\s*(?:,|$)/y;

/**
 * Reads `{a="b", c=~"d.*"}`, braces or not. The server is the judge of it; this needs to know the parts only.
 * @returns {{name: string, operator: string, value: string}[]}
 * @throws Error that says from where on it is not understood
 */
export function parseMatchers(text) {
  const inner = text.trim().replace(/^\{/, '').replace(/\}$/, '').trimEnd();
  const matchers = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < inner.length) {
    const from = TERM.lastIndex;
    const match = TERM.exec(inner);
    if (!match) throw new Error(`Cannot read “${inner.slice(from).trim()}”. Matchers look like a="b", c=~"d.*".`);
    matchers.push({ name: unquote(match[1]), operator: match[2], value: unquote(match[3]) });
  }
  return matchers;
}

function unquote(text) {
  if (!text.startsWith('"')) return text;
  const inner = text.slice(1, -1);
  try {
    return decodeURIComponent(inner.replace(PIECE, percentEncode));
  } catch {
    // A classic value may hold other backslashes, which are themselves there.
    return inner.replace(/\\(["\\n])/g, (_, char) => (char === 'n' ? '\n' : char));
  }
}

/** Escapes of a Go string, in which mails' links come: \\x and octal name bytes, \\u and \\U characters. */
const PIECE = /\\(?:([abfnrtv"\\])|x([\da-fA-F]{2})|([0-3][0-7]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))|[^\\]+|\\/g;
const SHORT = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '"': '"', '\\': '\\' };

/** @throws Error for what is no escape, and for half a character */
function percentEncode(piece, short, hex, octal, u4, u8) {
  if (short) return encodeURIComponent(SHORT[short]);
  if (hex) return `%${hex}`;
  if (octal) return `%${Number.parseInt(octal, 8).toString(16).padStart(2, '0')}`;
  if (piece === '\\') throw new Error('not an escape');
  return encodeURIComponent(u4 || u8 ? String.fromCodePoint(Number.parseInt(u4 ?? u8, 16)) : piece);
}

/** Quotes so that nothing in it is invisible; parseMatchers reads it back. */
function quote(text) {
  return wireQuote(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escapeChar);
}

function escapeChar(char) {
  const hex = char.codePointAt(0).toString(16);
  if (char < '\x80') return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Quotes as both of the server's grammars read it: the classic one knows these escapes only. */
function wireQuote(text) {
  return `"${text.toWellFormed().replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

export function formatMatcher({ name, operator, value }, quoted = quote) {
  const plain = /^[^\s{}!=~,\\"'`\p{C}]+$/u.test(name);
  return `${plain ? name : quoted(name)}${operator}${quoted(value)}`;
}

export function formatMatchers(matchers) {
  return `{${matchers.map((matcher) => formatMatcher(matcher)).join(', ')}}`;
}

/** `{name, value, isRegex, isEqual}` of the API and back. */
export function fromApi({ name, value, isRegex, isEqual = true }) {
  return { name, value, operator: (isEqual ? '=' : '!') + (isRegex ? '~' : isEqual ? '' : '=') };
}

export function toApi({ name, operator, value }) {
  return { name, value, isRegex: operator.endsWith('~'), isEqual: operator.startsWith('=') };
}

/** `filter=` parameters, one per matcher. */
export function filterQuery(matchers) {
  return matchers.map((matcher) => `filter=${encodeURIComponent(formatMatcher(matcher, wireQuote))}`).join('&');
}
