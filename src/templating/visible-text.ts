import { countText } from './count-text.ts';

/** Everything that visibleText has to look at; most texts have none of it. */
const SUSPECT = /[^\t\n\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0600]/;

/** C0 controls (but tab and line feed), DEL, C1, and the characters that are invisible or turn the reading direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what this is about
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;
const INVISIBLE =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]|\u034f|\u17b4|\u17b5/gu;
/** Joiners are at home inside some scripts and emoji, and nowhere next to ASCII. */
const STRAY_JOINER = /(?<=[\x21-\x7e]|^)[\u200c\u200d]|[\u200c\u200d](?=[\x21-\x7e]|$)/gu;

/**
 * Makes hostile text safe to look at: line ends become \n; control characters, bidirectional overrides and invisible
 * characters become visible marks (`␛`, `⟨U+202E⟩`); broken surrogates become U+FFFD. Not an HTML escape.
 */
export function visibleText(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(CONTROLS, picture)
    .replace(INVISIBLE, codePoint)
    .replace(STRAY_JOINER, codePoint);
}

/** visibleText on one line, at most `limit` characters, white space collapsed: for subjects and table cells. */
export function visibleLine(text: string, limit = Number.POSITIVE_INFINITY): string {
  // A line of a megabyte is not worth collapsing: far more than `limit` of it will never be seen.
  const head = text.length > limit * 8 ? text.slice(0, limit * 8) : text;
  const line = visibleText(head).replace(/\s+/g, ' ').trim();
  return line.length > limit ? `${cleanCut(line, limit - 1).trimEnd()}…` : line;
}

/** visibleText, cut to `limit` characters with a note that says how long it was. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return visibleText(text);
  return `${visibleText(cleanCut(text, limit)).trimEnd()}… [cut here; ${countText(text.length)} characters in all]`;
}

/** Whether a text is what cutText left of a longer one. */
export function wasCut(text: string): boolean {
  return /… \[cut here; [\d,]+ characters in all\]$/.test(text);
}

function cleanCut(text: string, length: number): string {
  const head = text.slice(0, Math.max(length, 0));
  return /[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head;
}

function picture(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : codePoint(char);
}

function codePoint(char: string): string {
  return `⟨U+${(char.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
