import type { Context } from './context.ts';

/** Through text of a URL. */
export function throughUrl(c: Context, text: string): [Context, number] {
  if (/[#?]/.test(text)) return [{ ...c, urlPart: 'urlPartQueryOrFrag' }, text.length];
  const starts = c.urlPart === 'urlPartNone' && /[^ \t\n\f\r]/.test(text);
  return [starts ? { ...c, urlPart: 'urlPartPreQuery' } : c, text.length];
}
