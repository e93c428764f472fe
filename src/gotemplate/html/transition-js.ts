import { quote } from '../quote.ts';
import { type Context, fault, type SlashMeaning } from './context.ts';

const BEFORE_EXPRESSION = new Set(
  'break case continue delete do else finally in instanceof return throw try typeof void'.split(' '),
);
// JavaScript's own white space.
const TRAILING_SPACE = /\s+$/;

/** What a slash behind these tokens starts. */
export function slashAfter(text: string, before: SlashMeaning): SlashMeaning {
  const tokens = text.replace(TRAILING_SPACE, '');
  const last = tokens.at(-1);
  if (last === undefined) return before;
  if (last === '+' || last === '-') {
    const run = tokens.length - tokens.replace(last === '+' ? /\++$/ : /-+$/, '').length;
    return run % 2 === 1 ? 'jsCtxRegexp' : 'jsCtxDivOp';
  }
  if (last === '.') return /\d\.$/.test(tokens) ? 'jsCtxDivOp' : 'jsCtxRegexp';
  if (',<>=*%&|^?!~([:;{}'.includes(last)) return 'jsCtxRegexp';
  const word = /[\w$]*$/.exec(tokens)?.[0] ?? '';
  return BEFORE_EXPRESSION.has(word) ? 'jsCtxRegexp' : 'jsCtxDivOp';
}

/** Through a script up to the next token that changes the state. Returns how much was read. */
export function throughScript(c: Context, text: string): [Context, number] {
  const at = text.search(/["'`/{}<#-]/);
  if (at < 0) return [{ ...c, slash: slashAfter(text, c.slash) }, text.length];
  const slash = slashAfter(text.slice(0, at), c.slash);
  const here = { ...c, slash };
  const literal = { ...c, slash: 'jsCtxRegexp' } as const;
  const follows = (token: string): boolean => text.startsWith(token, at);
  switch (text[at]) {
    case '"':
      return [{ ...literal, state: 'stateJSDqStr' }, at + 1];
    case "'":
      return [{ ...literal, state: 'stateJSSqStr' }, at + 1];
    case '`':
      return [{ ...literal, state: 'stateJSTmplLit' }, at + 1];
    case '/':
      if (follows('//')) return [{ ...here, state: 'stateJSLineCmt' }, at + 2];
      if (follows('/*')) return [{ ...here, state: 'stateJSBlockCmt' }, at + 2];
      if (slash === 'jsCtxRegexp') return [{ ...here, state: 'stateJSRegexp' }, at + 1];
      if (slash === 'jsCtxDivOp') return [{ ...here, slash: 'jsCtxRegexp' }, at + 1];
      return [fault(`'/' could start a division or regexp: ${quote(text.slice(at, at + 32))}`), text.length];
    case '<':
      return follows('<!--') ? [{ ...here, state: 'stateJSHTMLOpenCmt' }, at + 4] : [here, at + 1];
    case '-':
      return follows('-->') ? [{ ...here, state: 'stateJSHTMLCloseCmt' }, at + 3] : [here, at + 1];
    case '#':
      return follows('#!') ? [{ ...here, state: 'stateJSLineCmt' }, at + 2] : [here, at + 1];
    case '{':
      return [{ ...here, slash: slashAfter('{', slash), braces: withLast(c.braces, 1) }, at + 1];
    default:
      return [closeBrace(here), at + 1];
  }
}

function withLast(braces: readonly number[], change: number): readonly number[] {
  return braces.length === 0 ? braces : [...braces.slice(0, -1), (braces.at(-1) as number) + change];
}

function closeBrace(c: Context): Context {
  const braces = withLast(c.braces, -1);
  if ((braces.at(-1) ?? 0) >= 0) return { ...c, braces, slash: slashAfter('}', c.slash) };
  return { ...c, braces: braces.slice(0, -1), state: 'stateJSTmplLit' };
}

function unfinishedEscape(text: string): [Context, number] {
  return [fault(`unfinished escape sequence in JS string: ${quote(text)}`), text.length];
}

export function throughTemplateLiteral(c: Context, text: string): [Context, number] {
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') {
      at++;
      if (at === text.length) return unfinishedEscape(text);
    } else if (character === '`') return [{ ...c, state: 'stateJS' }, at + 1];
    else if (character === '$' && text[at + 1] === '{') {
      return [{ ...c, state: 'stateJS', braces: [...c.braces, 0] }, at + 2];
    }
  }
  return [c, text.length];
}

/** Through a string or a regular expression. */
export function throughScriptLiteral(c: Context, text: string): [Context, number] {
  const end = c.state === 'stateJSSqStr' ? "'" : c.state === 'stateJSRegexp' ? '/' : '"';
  const isRegexp = end === '/';
  let inSet = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') {
      at++;
      if (at === text.length) return unfinishedEscape(text);
    } else if (isRegexp && character === '[') inSet = true;
    else if (isRegexp && character === ']') inSet = false;
    // The slash of `</script` ends nothing: it is escaped.
    else if (isRegexp && character === '/' && /^<\/script/i.test(text.slice(Math.max(at - 1, 0), at + 7))) at++;
    else if (character === end && !inSet) return [{ ...c, state: 'stateJS', slash: 'jsCtxDivOp' }, at + 1];
  }
  return inSet ? [fault(`unfinished JS regexp charset: ${quote(text)}`), text.length] : [c, text.length];
}
