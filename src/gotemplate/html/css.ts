import { runes } from '../bytes.ts';
import { FAILSAFE } from './printed.ts';

const ESCAPE = /\\(?:([\da-fA-F]{1,6})(?:\r\n|[\t\n\f\r ])?|(.|$))/gsu;

/** CSS with its escapes resolved. */
export function decodeCss(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(ESCAPE, (whole: string, hex: string | undefined, character: string) => {
    if (hex === undefined) return character;
    const code = Number.parseInt(hex, 16);
    // Of six digits that are no character, CSS takes five.
    if (code > 0x10ffff) return characterOf(Math.floor(code / 16)) + whole.slice(6);
    return characterOf(code);
  });
}

function characterOf(code: number): string {
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code);
}

/** Leaves values such as `10px`, `#0a0` or `bold`, and nothing that could end the value or run a script. */
export function filterCssValue(text: string): string {
  const decoded = decodeCss(text);
  if (/[\0"'()/;@[\\\]`{}<>]|--/.test(decoded)) return FAILSAFE;
  const letters = decoded.replace(/[^\w-]/g, '').toLowerCase();
  return letters.includes('expression') || letters.includes('mozbinding') ? FAILSAFE : decoded;
}

const REPLACEMENTS: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\t': '\\9',
  '\n': '\\a',
  '\f': '\\c',
  '\r': '\\d',
  '"': '\\22',
  '&': '\\26',
  "'": '\\27',
  '(': '\\28',
  ')': '\\29',
  '+': '\\2b',
  '/': '\\2f',
  ':': '\\3a',
  ';': '\\3b',
  '<': '\\3c',
  '>': '\\3e',
  '\\': '\\\\',
  '{': '\\7b',
  '}': '\\7d',
};

/** For a string in CSS. */
export function escapeCssString(text: string): string {
  const characters = runes(text);
  let escaped = '';
  characters.forEach((character, index) => {
    const replacement = REPLACEMENTS[character];
    escaped += replacement ?? character;
    if (replacement === undefined || replacement === '\\\\') return;
    // A digit would belong to the escape, and a space would be swallowed.
    if (/^(?:[\da-fA-F\t\n\f\r ]|$)/.test(characters[index + 1] ?? '')) escaped += ' ';
  });
  return escaped;
}
