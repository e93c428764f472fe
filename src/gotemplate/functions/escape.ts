/** The escaping built-ins, `html`, `js` and `urlquery`, as text/template has them. */
import { isStray, runes, toBytes } from '../bytes.ts';
import { sprint } from '../fmt.ts';
import { isPrintable } from '../quote.ts';
import { Pointer, type Value } from '../value.ts';

const HTML: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

/** Arguments as `print` joins them. No value here is the text of it, unlike in `print`. */
export function printed(args: readonly Value[]): string {
  const [first] = args;
  if (args.length === 1 && typeof first === 'string') return first;
  return sprint(args.map((arg) => (arg instanceof Pointer ? arg.target : (arg ?? '<no value>'))));
}

export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (character) => HTML[character] ?? character);
}

const JS: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

export function escapeJs(text: string): string {
  let escaped = '';
  for (const character of runes(text)) escaped += JS[character] ?? escapeJsCharacter(character);
  return escaped;
}

function escapeJsCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x80) return character;
  if (code >= 0x80 && (isStray(code) || isPrintable(character))) return character;
  return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

export function escapeQuery(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text;
  let escaped = '';
  for (const byte of toBytes(text)) {
    const character = String.fromCharCode(byte);
    if (byte < 0x80 && /[\w.~-]/.test(character)) escaped += character;
    else escaped += character === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}
