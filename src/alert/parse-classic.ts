import { createMatcher, type Matcher, type MatchType } from './matcher.ts';
import { isSpace } from './quote.ts';

/** Alertmanager's classic matcher grammar (pkg/labels/parse.go). */

// White space is what RE2's \s is. The value's trailing white space is cut by hand: a lazy pattern would be quadratic.
const HEAD = /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*/;

/** @throws Error with Alertmanager's text. */
export function parseClassicMatcher(input: string): Matcher {
  const head = HEAD.exec(input);
  if (!head) throw new Error(`bad matcher format: ${input}`);
  const value = trimEnd(input.slice(head[0].length));
  return createMatcher(head[2] as MatchType, head[1] as string, unescapeValue(value));
}

/** `{a="b", c=~"d",}`, braces optional. @throws Error with Alertmanager's text. */
export function parseClassicMatchers(input: string): Matcher[] {
  return split(input.replace(/^\{/, '').replace(/\}$/, '')).map(parseClassicMatcher);
}

/** Splits at commas outside double quotes. Only the last element may be empty. */
function split(text: string): string[] {
  const tokens: string[] = [];
  let quoted = false;
  let escaped = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === ',') {
      if (quoted) continue;
      tokens.push(text.slice(start, i));
      start = i + 1;
    } else if (char === '\\') escaped = !escaped;
    else if (char === '"' && !escaped) quoted = !quoted;
    else escaped = false;
  }
  const last = trimSpace(text.slice(start));
  return last === '' ? tokens : [...tokens, last];
}

/** Takes off the quotes and undoes `\"`, `\\` and `\n`; any other backslash stands for itself. */
function unescapeValue(text: string): string {
  const quoted = text.startsWith('"');
  const raw = quoted ? text.slice(1) : text;
  if (!raw.isWellFormed()) throw new Error(`matcher value not valid UTF-8: ${text}`);
  let value = '';
  let open = quoted;
  for (let i = 0; i < raw.length; i++) {
    const char = raw[i] as string;
    const last = i === raw.length - 1;
    if (char === '\\' && !last) {
      i++;
      value += unescapeChar(raw[i] as string);
    } else if (char === '"') {
      if (!open || !last) throw unescapedQuote(text);
      open = false;
    } else value += char;
  }
  if (open) throw unescapedQuote(text);
  return value;
}

function unescapeChar(char: string): string {
  if (char === 'n') return '\n';
  return char === '"' || char === '\\' ? char : `\\${char}`;
}

function unescapedQuote(text: string): Error {
  return new Error(`matcher value contains unescaped double quote: ${text}`);
}

/** Cuts white space as Go's strings.TrimSpace has it. */
function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start] as string)) start++;
  while (end > start && isSpace(text[end - 1] as string)) end--;
  return text.slice(start, end);
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && '\t\n\f\r '.includes(text[end - 1] as string)) end--;
  return text.slice(0, end);
}
