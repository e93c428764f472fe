/** What becomes of a template's own text: comments go, and a `<` that starts nothing is written as such. */
import { quote } from '../quote.ts';
import { type Context, type Delimiter, fault, isComment, isScriptLiteral, TEXT } from './context.ts';
import { resolveReferences } from './references.ts';
import { TRANSITIONS, upToEndTag } from './transition.ts';

export interface EscapedText {
  readonly text: string;
  /** Behind the text. */
  readonly context: Context;
}

export function escapeText(before: Context, text: string): EscapedText {
  let c = before;
  let at = 0;
  let escaped = '';
  while (at < text.length) {
    const [next, length] = afterSome(c, text.slice(at));
    const end = at + length;
    escaped += written(c, next, text.slice(at, end));
    c = next;
    at = end;
  }
  return { text: escaped, context: c };
}

/** What is left of a piece of text that leads from one context to the next. */
function written(c: Context, next: Context, piece: string): string {
  if (isComment(c.state) && c.delim === 'delimNone') return inPlaceOfComment(c, piece);
  let kept = piece;
  if (c.state !== next.state && isComment(next.state) && next.delim === 'delimNone') {
    kept = piece.slice(0, -commentStart(next));
    if (c.state !== 'stateText' && c.state !== 'stateRCDATA') return kept;
    return kept.replace(LOOSE, '&lt;');
  }
  if (c.state === 'stateText' || c.state === 'stateRCDATA') {
    const tag = next.state === c.state ? -1 : kept.lastIndexOf('<');
    const end = tag < 0 ? kept.length : tag;
    kept = kept.slice(0, end).replace(LOOSE, '&lt;') + kept.slice(end);
  }
  return isScriptLiteral(c.state) ? kept.replace(/<(script|\/script|!--)/gi, '\\x3C$1') : kept;
}

const LOOSE = /<(?!!DOCTYPE)/gi;

/** Length of the mark that began it. */
function commentStart({ state }: Context): number {
  if (state === 'stateHTMLCmt' || state === 'stateJSHTMLOpenCmt') return 4;
  return state === 'stateJSHTMLCloseCmt' ? 3 : 2;
}

function inPlaceOfComment(c: Context, piece: string): string {
  if (c.state === 'stateCSSBlockCmt') return ' ';
  if (c.state !== 'stateJSBlockCmt') return '';
  return /[\n\r\u2028\u2029]/.test(piece) ? '\n' : ' ';
}

const VALUE_ENDS: Readonly<Record<Exclude<Delimiter, 'delimNone'>, RegExp>> = {
  delimDoubleQuote: /"/,
  delimSingleQuote: /'/,
  delimSpaceOrTagEnd: /[ \t\n\f\r>]/,
};

const SCRIPT_TYPES: ReadonlySet<string> = new Set([
  ...['', 'module', 'text/jscript', 'text/livescript', 'application/json', 'application/ld+json'],
  ...['application/ecmascript', 'application/javascript', 'application/x-ecmascript', 'application/x-javascript'],
  ...['text/ecmascript', 'text/javascript', 'text/x-ecmascript', 'text/x-javascript'],
  ...['0', '1', '2', '3', '4', '5'].map((minor) => `text/javascript1.${minor}`),
]);

/** The context behind the first tokens of a text, and how much of it they are. */
function afterSome(c: Context, text: string): [Context, number] {
  if (c.delim === 'delimNone') {
    const [behind, end] = upToEndTag(c, text);
    return end === 0 ? [behind, 0] : TRANSITIONS[c.state](c, text.slice(0, end));
  }
  const end = text.search(VALUE_ENDS[c.delim]);
  const value = end < 0 ? text : text.slice(0, end);
  if (c.delim === 'delimSpaceOrTagEnd') {
    const bad = /["'<=`]/.exec(value)?.[0];
    if (bad !== undefined) return [fault(`${quote(bad)} in unquoted attr: ${quote(value)}`), text.length];
  }
  if (end < 0) return [throughValue(c, text), text.length];
  const isOtherScript = c.state === 'stateAttr' && c.element === 'elementScript' && c.attr === 'attrScriptType';
  const isScript = SCRIPT_TYPES.has((value.split(';')[0] as string).toLowerCase().trim());
  const element = isOtherScript && !isScript ? 'elementNone' : c.element;
  return [{ ...TEXT, state: 'stateTag', element }, c.delim === 'delimSpaceOrTagEnd' ? end : end + 1];
}

/** The value goes on behind the text. */
function throughValue(c: Context, text: string): Context {
  let context = c;
  let rest = resolveReferences(text);
  while (rest !== '') {
    const [next, length] = TRANSITIONS[context.state](context, rest);
    context = next;
    rest = rest.slice(length);
  }
  return context;
}
