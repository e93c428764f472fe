import { quote } from '../quote.ts';
import { type Context, fault, type State } from './context.ts';
import { decodeCss } from './css.ts';
import { throughUrl } from './transition-url.ts';

/** Through CSS up to a string, a URL or a comment, or to the end. Returns how much was read, as all transitions do. */
export function throughCss(c: Context, text: string): [Context, number] {
  for (const { index, 0: mark } of text.matchAll(/[("'/]/g)) {
    if (mark === '"') return [{ ...c, state: 'stateCSSDqStr' }, index + 1];
    if (mark === "'") return [{ ...c, state: 'stateCSSSqStr' }, index + 1];
    if (mark === '/') {
      const next = text[index + 1];
      if (next === '/') return [{ ...c, state: 'stateCSSLineCmt' }, index + 2];
      if (next === '*') return [{ ...c, state: 'stateCSSBlockCmt' }, index + 2];
    } else if (/(?:^|[^\w\-\u0080-\uffff])url[\t\n\f\r ]*$/i.test(text.slice(Math.max(index - 200, 0), index))) {
      return startUrl(c, text, index + 1);
    }
  }
  return [c, text.length];
}

function startUrl(c: Context, text: string, start: number): [Context, number] {
  const at = start + (/^[\t\n\f\r ]*/.exec(text.slice(start))?.[0].length ?? 0);
  if (text[at] === '"') return [{ ...c, state: 'stateCSSDqURL' }, at + 1];
  if (text[at] === "'") return [{ ...c, state: 'stateCSSSqURL' }, at + 1];
  return [{ ...c, state: 'stateCSSURL' }, at];
}

const STRING_ENDS: Partial<Record<State, RegExp>> = {
  stateCSSDqStr: /[\\"]/g,
  stateCSSDqURL: /[\\"]/g,
  stateCSSSqStr: /[\\']/g,
  stateCSSSqURL: /[\\']/g,
  stateCSSURL: /[\\\t\n\f\r )]/g,
};

/** Through a string or a url(): both are taken for URLs. */
export function throughCssString(c: Context, text: string): [Context, number] {
  const ends = STRING_ENDS[c.state] as RegExp;
  let context = c;
  let at = 0;
  for (;;) {
    ends.lastIndex = at;
    const end = ends.exec(text)?.index ?? -1;
    if (end < 0) return [throughUrl(context, decodeCss(text.slice(at)))[0], text.length];
    if (text[end] !== '\\') return [{ ...context, state: 'stateCSS' }, end + 1];
    if (end + 1 === text.length) {
      return [fault(`unfinished escape sequence in CSS string: ${quote(text)}`), text.length];
    }
    [context] = throughUrl(context, decodeCss(text.slice(0, end + 2)));
    at = end + 2;
  }
}
