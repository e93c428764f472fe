import { isUtf8 } from 'node:buffer';

/** White space as Go's unicode.IsSpace has it. */
const SPACE = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const IS_SPACE = new RegExp(`[${SPACE}]`);
const IS_RESERVED = new RegExp(`[${SPACE}{}!=~,\\\\"'\`]`);

export function isSpace(char: string): boolean {
  return IS_SPACE.test(char);
}

/** Contains what an unquoted name or value of a matcher must not contain. */
export function hasReserved(text: string): boolean {
  return IS_RESERVED.test(text);
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};
const ESCAPE = /\\(?:([abfnrtv\\"])|x([\da-fA-F]{2})|([0-3][0-7]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y;
const PLAIN = /[^"\\\n]+/y;

/**
 * Reads a Go string literal in double quotes (as strconv.Unquote).
 * @returns undefined where it is none, or decodes to invalid UTF-8.
 */
export function goUnquote(literal: string): string | undefined {
  if (literal.length < 2 || !literal.startsWith('"') || !literal.endsWith('"')) return undefined;
  const body = literal.slice(1, -1);
  if (!/["\\\n]/.test(body)) return body.isWellFormed() ? body : undefined;
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const expression = body[at] === '\\' ? ESCAPE : PLAIN;
    expression.lastIndex = at;
    const match = expression.exec(body);
    const part = match && (expression === PLAIN ? Buffer.from(match[0]) : decodeEscape(match));
    if (!match || !part) return undefined;
    parts.push(part);
    at += match[0].length;
  }
  const bytes = Buffer.concat(parts);
  return isUtf8(bytes) && body.isWellFormed() ? bytes.toString() : undefined;
}

/** \x and octal name bytes (several may make one character), \u and \U name characters. */
function decodeEscape([, short, hex, octal, u4, u8]: RegExpExecArray): Buffer | undefined {
  if (short !== undefined) return Buffer.from(SHORT_ESCAPES[short] as string);
  if (hex !== undefined) return Buffer.of(Number.parseInt(hex, 16));
  if (octal !== undefined) return Buffer.of(Number.parseInt(octal, 8));
  const code = Number.parseInt((u4 ?? u8) as string, 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return Buffer.from(String.fromCodePoint(code));
}
