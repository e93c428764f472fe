/** The escapers of html/template, by the names that decide about them. */
import { isStray } from '../bytes.ts';
import { escapeHtml, escapeQuery, printed as printedAsText } from '../functions/escape.ts';
import type { Escaper } from '../nodes.ts';
import { attributeKind } from './attributes.ts';
import { escapeCssString, filterCssValue } from './css.ts';
import { FAILSAFE, type Printed, printed } from './printed.ts';
import { escapeScriptRegexp, escapeScriptString, escapeTemplateLiteral, scriptValue } from './script-values.ts';
import { stripTags } from './strip-tags.ts';
import { escapeUrl, filterSrcset, filterUrl, normalizeUrl } from './urls.ts';

const REFERENCES: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  '&': '&amp;',
  "'": '&#39;',
  '+': '&#43;',
  '<': '&lt;',
  '>': '&gt;',
};

/** @param norm leaves `&`: the text has references already. */
function escapeText(text: string, norm: boolean): string {
  return text.replace(norm ? /[\0"'+<>]/g : /[\0"&'+<>]/g, (character) => REFERENCES[character] as string);
}

/** Where white space ends the value. */
function escapeUnquoted(text: string, norm: boolean): string {
  return text.replace(/[\0\t-\r "&'+<=>`\ufdd0-\ufdef\ufff0-\uffff\udc80-\udcff]/gu, (character) => {
    const code = character.charCodeAt(0);
    if (character === '&' && norm) return character;
    if (code === 0 || isStray(code)) return '&#xfffd;';
    if (code >= 0x80) return `&#x${code.toString(16)};`;
    return REFERENCES[character] ?? `&#${code};`;
  });
}

/** A piece of an attribute's name. */
function filterName({ text, safe: _ }: Printed): string {
  const name = text.toLowerCase();
  return /^[a-z\d]+$/.test(name) && attributeKind(name) === 'plain' ? name : FAILSAFE;
}

const ESCAPERS = {
  html: ({ text, safe }) => (safe === 'html' ? text : escapeText(text, false)),
  rcdata: ({ text, safe }) => escapeText(text, safe === 'html'),
  attribute: ({ text, safe }) => (safe === 'html' ? escapeText(stripTags(text), true) : escapeText(text, false)),
  unquoted: ({ text, safe }) => {
    if (text === '') return FAILSAFE;
    return safe === 'html' ? escapeUnquoted(stripTags(text), true) : escapeUnquoted(text, false);
  },
  name: filterName,
  urlFilter: filterUrl,
  urlNormalizer: ({ text }) => normalizeUrl(text),
  urlEscaper: escapeUrl,
  srcset: filterSrcset,
  cssValue: ({ text }) => filterCssValue(text),
  cssString: ({ text }) => escapeCssString(text),
  scriptString: ({ text }) => escapeScriptString(text),
  scriptTemplate: ({ text }) => escapeTemplateLiteral(text),
  scriptRegexp: ({ text }) => escapeScriptRegexp(text),
  comment: () => '',
} satisfies Record<string, (value: Printed) => string>;

/** `predefinedHtml` and `predefinedQuery` are the functions that the template names itself. */
export type EscaperName = keyof typeof ESCAPERS | 'scriptValue' | 'predefinedHtml' | 'predefinedQuery';

export function escaperOf(name: EscaperName): Escaper {
  switch (name) {
    case 'scriptValue':
      return scriptValue;
    case 'predefinedHtml':
      return (value) => escapeHtml(printedAsText([value]));
    case 'predefinedQuery':
      return (value) => escapeQuery(printedAsText([value]));
    default: {
      const escaped = ESCAPERS[name];
      return (value) => escaped(printed(value));
    }
  }
}
