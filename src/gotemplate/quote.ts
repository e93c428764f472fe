/** Go's quoted strings and characters: strconv.Quote and strconv.Unquote. */
import { fromBytes, isStray, joinStrays, runes } from './bytes.ts';

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const PLAIN = /^[ !#-[\]-~]*$/;
const SHORT: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};
const LONG: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };

/** Whether Go prints this character as it is (unicode.IsPrint). */
export function isPrintable(character: string): boolean {
  return PRINTABLE.test(character);
}

/** @param ascii escapes everything above ASCII (`%+q`). */
export function quote(text: string, options: { ascii?: boolean; mark?: '"' | "'" } = {}): string {
  const mark = options.mark ?? '"';
  if (mark === '"' && PLAIN.test(text)) return `"${text}"`;
  let quoted: string = mark;
  for (const character of runes(text)) quoted += quoteCharacter(character, mark, options.ascii ?? false);
  return quoted + mark;
}

function quoteCharacter(character: string, mark: string, ascii: boolean): string {
  if (character === mark || character === '\\') return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  if (isStray(code)) return `\\x${(code - 0xdc00).toString(16)}`;
  if (code < 0x80 ? code >= 0x20 && code < 0x7f : !ascii && isPrintable(character)) return character;
  const short = SHORT[character];
  if (short !== undefined) return short;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** The value of a string literal in "double" or `back` quotes. @returns undefined where Go says "invalid syntax". */
export function unquote(literal: string): string | undefined {
  const mark = literal[0];
  const body = literal.slice(1, -1);
  if (literal.length < 2 || mark !== literal.at(-1)) return undefined;
  if (mark === '`') return body.includes('`') ? undefined : body.replaceAll('\r', '');
  if (mark !== '"' || body.includes('\n')) return undefined;
  if (!/["\\]/.test(body)) return body;
  let text = '';
  let at = 0;
  while (at < body.length) {
    const next = unquoteCharacter(body, at, '"');
    if (next === undefined) return undefined;
    text += next.text;
    at += next.length;
  }
  return joinStrays(text);
}

const ESCAPE = /\\(?:([abfnrtv\\])|(["'])|x([\da-fA-F]{2})|([0-7]{3})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y;

/**
 * The character or escape at `at` inside quotes.
 * @returns its text (one byte, as a stray one, for \x and octal) and its length in the source; undefined: it is none.
 */
export function unquoteCharacter(
  source: string,
  at: number,
  mark: '"' | "'",
): { readonly text: string; readonly code: number; readonly length: number } | undefined {
  const code = source.codePointAt(at);
  if (code === undefined || source[at] === mark) return undefined;
  if (source[at] !== '\\') {
    const text = String.fromCodePoint(code);
    return { text, code: isStray(code) ? 0xfffd : code, length: text.length };
  }
  ESCAPE.lastIndex = at;
  const match = ESCAPE.exec(source);
  if (match === null) return undefined;
  const value = escaped(match, mark);
  return value && { ...value, length: match[0].length };
}

function escaped(match: RegExpExecArray, mark: string): { text: string; code: number } | undefined {
  const [, short, quotation, hex, octal, u4, u8] = match;
  if (short !== undefined) return byte(LONG[short] ?? 0);
  if (quotation !== undefined) return quotation === mark ? byte(quotation.charCodeAt(0)) : undefined;
  if (hex !== undefined) return byte(Number.parseInt(hex, 16));
  if (octal !== undefined) return byte(Number.parseInt(octal, 8));
  const code = Number.parseInt(u4 ?? u8 ?? '', 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return { text: String.fromCodePoint(code), code };
}

function byte(code: number): { text: string; code: number } | undefined {
  return code > 0xff ? undefined : { text: fromBytes(Uint8Array.of(code)), code };
}
