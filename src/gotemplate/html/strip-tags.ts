import { type Context, isInTag, TEXT } from './context.ts';
import { TRANSITIONS } from './transition.ts';

/** The text of HTML, without its tags and comments. */
export function stripTags(html: string): string {
  let text = '';
  let c: Context = TEXT;
  let at = 0;
  let isAllText = true;
  while (at < html.length) {
    if (c.delim === 'delimNone') {
      const state = c.element !== 'elementNone' && !isInTag(c.state) ? 'stateRCDATA' : c.state;
      const [next, length] = TRANSITIONS[state](c, html.slice(at));
      const end = at + length;
      if (isContent(c)) text += next.state === c.state ? html.slice(at, end) : upToTag(html.slice(at, end));
      else isAllText = false;
      c = next;
      at = end;
    } else {
      const end = endOfValue(c, html, at);
      if (end < 0) break;
      c = { ...TEXT, state: 'stateTag', element: c.element };
      at = end;
    }
  }
  if (isAllText) return html;
  return isContent(c) ? text + html.slice(at) : text;
}

function isContent({ state }: Context): boolean {
  return state === 'stateText' || state === 'stateRCDATA';
}

function upToTag(text: string): string {
  const tag = text.lastIndexOf('<');
  return tag < 0 ? text : text.slice(0, tag);
}

/** Behind the quote, or at the space; -1 where the value does not end. */
function endOfValue(c: Context, html: string, at: number): number {
  if (c.delim !== 'delimSpaceOrTagEnd') {
    const quote = html.indexOf(c.delim === 'delimDoubleQuote' ? '"' : "'", at);
    return quote < 0 ? -1 : quote + 1;
  }
  const length = html.slice(at).search(/[ \t\n\f\r>]/);
  return length < 0 ? -1 : at + length;
}
