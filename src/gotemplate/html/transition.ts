import { quote } from '../quote.ts';
import { attributeKind } from './attributes.ts';
import {
  type Attribute,
  type Context,
  type Element,
  fault,
  isComment,
  isScriptLiteral,
  type State,
  startValue,
  TEXT,
} from './context.ts';
import { throughCss, throughCssString } from './transition-css.ts';
import { throughScript, throughScriptLiteral, throughTemplateLiteral } from './transition-js.ts';
import { throughUrl } from './transition-url.ts';

/** The context behind some text, and how much of it was read. */
type Transition = (c: Context, text: string) => [Context, number];

const ELEMENTS: Readonly<Record<string, Element>> = {
  script: 'elementScript',
  style: 'elementStyle',
  textarea: 'elementTextarea',
  title: 'elementTitle',
  meta: 'elementMeta',
};

const CONTENT: Readonly<Record<Element, State>> = {
  elementNone: 'stateText',
  elementScript: 'stateJS',
  elementStyle: 'stateCSS',
  elementTextarea: 'stateRCDATA',
  elementTitle: 'stateRCDATA',
  elementMeta: 'stateText',
};

const TAG = /<(?:!--|(\/?)([a-zA-Z](?:[a-zA-Z\d]|[:-](?=[a-zA-Z\d]))*))/g;

function throughText(c: Context, text: string): [Context, number] {
  TAG.lastIndex = 0;
  const match = TAG.exec(text);
  if (!match) return [c, text.length];
  const end = match.index + match[0].length;
  const [, slash, name] = match;
  if (name === undefined) return [{ ...TEXT, state: 'stateHTMLCmt' }, end];
  const element = slash ? undefined : ELEMENTS[name.toLowerCase()];
  return [{ ...TEXT, state: 'stateTag', element: element ?? 'elementNone' }, end];
}

function spaceLength(text: string): number {
  return /^[ \t\n\f\r]*/.exec(text)?.[0].length ?? 0;
}

function throughTag(c: Context, text: string): [Context, number] {
  const start = spaceLength(text);
  if (start === text.length) return [c, text.length];
  if (text[start] === '>') {
    const element = c.element === 'elementMeta' ? 'elementNone' : c.element;
    return [{ ...TEXT, state: CONTENT[element], element }, start + 1];
  }
  const rest = text.slice(start);
  const length = attributeNameLength(rest);
  if (length === undefined) return badAttributeName(rest, text);
  if (length === 0) {
    return [fault(`expected space, attr name, or end of tag, but got ${quote(rest)}`), text.length];
  }
  const end = start + length;
  const attr = attributeOf(rest.slice(0, length).toLowerCase(), c.element);
  const state = end === text.length ? 'stateAttrName' : 'stateAfterName';
  return [{ ...TEXT, state, element: c.element, attr }, end];
}

const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  url: 'attrURL',
  style: 'attrStyle',
  script: 'attrScript',
  srcset: 'attrSrcset',
};

function attributeOf(name: string, element: Element): Attribute {
  if (element === 'elementScript' && name === 'type') return 'attrScriptType';
  if (element === 'elementMeta' && name === 'content') return 'attrMetaContent';
  return ATTRIBUTES[attributeKind(name)] ?? 'attrNone';
}

/** undefined where a quote or `<` stands in the name. */
function attributeNameLength(text: string): number | undefined {
  const at = text.search(/[ \t\n\f\r=>'"<]/);
  if (at < 0) return text.length;
  return /['"<]/.test(text[at] as string) ? undefined : at;
}

/** @param rest from the name's start. */
function badAttributeName(rest: string, text: string): [Context, number] {
  const at = rest.search(/['"<]/);
  // Go shows all of the text, not of the name.
  const shown = Array.from(text).slice(0, 32).join('');
  return [fault(`${quote(rest[at] as string)} in attribute name: ${quote(shown)}`), text.length];
}

function throughAttributeName(c: Context, text: string): [Context, number] {
  const length = attributeNameLength(text);
  if (length === undefined) return badAttributeName(text, text);
  return [length === text.length ? c : { ...c, state: 'stateAfterName' }, length];
}

function throughAfterName(c: Context, text: string): [Context, number] {
  const at = spaceLength(text);
  if (at === text.length) return [c, at];
  return text[at] === '=' ? [{ ...c, state: 'stateBeforeValue' }, at + 1] : [{ ...c, state: 'stateTag' }, at];
}

function throughBeforeValue(c: Context, text: string): [Context, number] {
  const at = spaceLength(text);
  if (at === text.length) return [c, at];
  if (text[at] === "'") return [startValue(c, 'delimSingleQuote'), at + 1];
  if (text[at] === '"') return [startValue(c, 'delimDoubleQuote'), at + 1];
  return [startValue(c, 'delimSpaceOrTagEnd'), at];
}

function throughHtmlComment(c: Context, text: string): [Context, number] {
  const end = text.indexOf('-->');
  return end < 0 ? [c, text.length] : [TEXT, end + 3];
}

const END_TAGS: Partial<Record<Element, RegExp>> = {
  elementScript: /<\/script[> \t\n\f/]/i,
  elementStyle: /<\/style[> \t\n\f/]/i,
  elementTextarea: /<\/textarea[> \t\n\f/]/i,
  elementTitle: /<\/title[> \t\n\f/]/i,
};

/** Up to the end tag of a script, a style sheet, a title or a textarea. */
export function upToEndTag(c: Context, text: string): [Context, number] {
  const isHidden = c.element === 'elementScript' && (isScriptLiteral(c.state) || isComment(c.state));
  const end = isHidden ? -1 : text.search(END_TAGS[c.element] ?? /(?!)/);
  return end < 0 ? [c, text.length] : [TEXT, end];
}

function throughBlockComment(c: Context, text: string): [Context, number] {
  const end = text.indexOf('*/');
  if (end < 0) return [c, text.length];
  return [{ ...c, state: c.state === 'stateJSBlockCmt' ? 'stateJS' : 'stateCSS' }, end + 2];
}

/** The line break itself belongs to what follows. */
function throughLineComment(c: Context, text: string): [Context, number] {
  const isCss = c.state === 'stateCSSLineCmt';
  const end = text.search(isCss ? /[\n\f\r]/ : /[\n\r\u2028\u2029]/);
  return end < 0 ? [c, text.length] : [{ ...c, state: isCss ? 'stateCSS' : 'stateJS' }, end];
}

function throughMetaContent(c: Context, text: string): [Context, number] {
  const match = /url[ \t\n\f\r]*=/i.exec(text);
  return match ? [{ ...c, state: 'stateMetaContentURL' }, match.index + match[0].length] : [c, text.length];
}

function throughMetaUrl(c: Context, text: string): [Context, number] {
  const end = text.indexOf(';');
  return end < 0 ? [c, text.length] : [{ ...c, state: 'stateMetaContent' }, end + 1];
}

const stay: Transition = (c, text) => [c, text.length];

export const TRANSITIONS: Readonly<Record<State, Transition>> = {
  stateText: throughText,
  stateTag: throughTag,
  stateAttrName: throughAttributeName,
  stateAfterName: throughAfterName,
  stateBeforeValue: throughBeforeValue,
  stateHTMLCmt: throughHtmlComment,
  stateRCDATA: upToEndTag,
  stateAttr: stay,
  stateURL: throughUrl,
  stateSrcset: throughUrl,
  stateMetaContent: throughMetaContent,
  stateMetaContentURL: throughMetaUrl,
  stateJS: throughScript,
  stateJSDqStr: throughScriptLiteral,
  stateJSSqStr: throughScriptLiteral,
  stateJSRegexp: throughScriptLiteral,
  stateJSTmplLit: throughTemplateLiteral,
  stateJSBlockCmt: throughBlockComment,
  stateJSLineCmt: throughLineComment,
  stateJSHTMLOpenCmt: throughLineComment,
  stateJSHTMLCloseCmt: throughLineComment,
  stateCSS: throughCss,
  stateCSSDqStr: throughCssString,
  stateCSSSqStr: throughCssString,
  stateCSSDqURL: throughCssString,
  stateCSSSqURL: throughCssString,
  stateCSSURL: throughCssString,
  stateCSSBlockCmt: throughBlockComment,
  stateCSSLineCmt: throughLineComment,
  stateDead: stay,
  stateError: stay,
};
