/** What the HTML before a place in a template makes of it: a state machine's state, as in Go's html/template, whose names the errors show. */

export type State =
  | 'stateText'
  | 'stateTag'
  | 'stateAttrName'
  | 'stateAfterName'
  | 'stateBeforeValue'
  | 'stateHTMLCmt'
  | 'stateRCDATA'
  | 'stateAttr'
  | 'stateURL'
  | 'stateSrcset'
  | 'stateJS'
  | 'stateJSDqStr'
  | 'stateJSSqStr'
  | 'stateJSTmplLit'
  | 'stateJSRegexp'
  | 'stateJSBlockCmt'
  | 'stateJSLineCmt'
  | 'stateJSHTMLOpenCmt'
  | 'stateJSHTMLCloseCmt'
  | 'stateCSS'
  | 'stateCSSDqStr'
  | 'stateCSSSqStr'
  | 'stateCSSDqURL'
  | 'stateCSSSqURL'
  | 'stateCSSURL'
  | 'stateCSSBlockCmt'
  | 'stateCSSLineCmt'
  | 'stateMetaContent'
  | 'stateMetaContentURL'
  /** Behind a break or continue: nothing gets here. */
  | 'stateDead'
  | 'stateError';

/** What ends the attribute's value. */
export type Delimiter = 'delimNone' | 'delimDoubleQuote' | 'delimSingleQuote' | 'delimSpaceOrTagEnd';

/** The part of a URL; unknown: branches ended in different ones. */
export type UrlPart = 'urlPartNone' | 'urlPartPreQuery' | 'urlPartQueryOrFrag' | 'urlPartUnknown';

/** What a slash in a script would start. */
export type SlashMeaning = 'jsCtxRegexp' | 'jsCtxDivOp' | 'jsCtxUnknown';

export type Attribute =
  | 'attrNone'
  | 'attrScript'
  | 'attrScriptType'
  | 'attrStyle'
  | 'attrURL'
  | 'attrSrcset'
  | 'attrMetaContent';

/** The element whose tag or content this is, where that matters. */
export type Element =
  | 'elementNone'
  | 'elementScript'
  | 'elementStyle'
  | 'elementTextarea'
  | 'elementTitle'
  | 'elementMeta';

export interface Context {
  readonly state: State;
  readonly delim: Delimiter;
  readonly urlPart: UrlPart;
  readonly slash: SlashMeaning;
  /** Of each template literal of a script around this place, the braces that are open in its `${`. */
  readonly braces: readonly number[];
  readonly attr: Attribute;
  readonly element: Element;
  /** In stateError only. */
  readonly error: HtmlFault | undefined;
}

/** Why HTML cannot be escaped. */
export interface HtmlFault {
  readonly reason: string;
  readonly place: Place | undefined;
  /** Go would escape it. */
  readonly refused?: true;
}

/** Where a node stands: its file, the line from 1 and the column in bytes from 0. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

export const TEXT: Context = {
  state: 'stateText',
  delim: 'delimNone',
  urlPart: 'urlPartNone',
  slash: 'jsCtxRegexp',
  braces: [],
  attr: 'attrNone',
  element: 'elementNone',
  error: undefined,
};

export const DEAD: Context = { ...TEXT, state: 'stateDead' };

export function fault(reason: string, place?: Place): Context {
  return { ...TEXT, state: 'stateError', error: { reason, place } };
}

export function isSame(a: Context, b: Context): boolean {
  return a === b || (a.error === b.error && contextKey(a) === contextKey(b));
}

/** Two contexts with one key escape alike. */
export function contextKey(c: Context): string {
  return [c.state, c.delim, c.urlPart, c.slash, c.braces.join(','), c.attr, c.element].join('_');
}

/** As Go's errors print it. */
export function writeContext(c: Context): string {
  return `{${c.state} ${c.delim} ${c.urlPart} ${c.slash} [${c.braces.join(' ')}] ${c.attr} ${c.element} ${c.error?.reason ?? '<nil>'}}`;
}

const COMMENTS: ReadonlySet<State> = new Set<State>([
  'stateHTMLCmt',
  'stateJSBlockCmt',
  'stateJSLineCmt',
  'stateJSHTMLOpenCmt',
  'stateJSHTMLCloseCmt',
  'stateCSSBlockCmt',
  'stateCSSLineCmt',
]);

export function isComment(state: State): boolean {
  return COMMENTS.has(state);
}

export function isInTag(state: State): boolean {
  return ['stateTag', 'stateAttrName', 'stateAfterName', 'stateBeforeValue', 'stateAttr'].includes(state);
}

/** Strings and regular expressions of scripts, in which `</script` does not end the element. */
export function isScriptLiteral(state: State): boolean {
  return ['stateJSDqStr', 'stateJSSqStr', 'stateJSTmplLit', 'stateJSRegexp'].includes(state);
}

/** In a script element or an event's attribute, an `onclick=` not yet begun included. */
export function isScript(c: Context): boolean {
  return nudge(c).state.startsWith('stateJS');
}

const VALUE_STATES: Readonly<Record<Attribute, State>> = {
  attrNone: 'stateAttr',
  attrScript: 'stateJS',
  attrScriptType: 'stateAttr',
  attrStyle: 'stateCSS',
  attrURL: 'stateURL',
  attrSrcset: 'stateSrcset',
  attrMetaContent: 'stateMetaContent',
};

/** At the first character of an attribute's value. */
export function startValue(c: Context, delim: Delimiter): Context {
  return { ...c, state: VALUE_STATES[c.attr], delim };
}

/** What holds once something, and be it an action, follows. */
export function nudge(c: Context): Context {
  switch (c.state) {
    case 'stateTag':
      return { ...c, state: 'stateAttrName' };
    case 'stateBeforeValue':
      return { ...startValue(c, 'delimSpaceOrTagEnd'), attr: 'attrNone' };
    case 'stateAfterName':
      return { ...c, state: 'stateAttrName', attr: 'attrNone' };
    default:
      return c;
  }
}

/** The context behind two branches. @param name of the action. @param place finds where it is, which takes time. */
export function join(a: Context, b: Context, name: string, place: () => Place): Context {
  if (a.state === 'stateError') return a;
  if (b.state === 'stateError') return b;
  if (a.state === 'stateDead') return b;
  if (b.state === 'stateDead') return a;
  if (isSame(a, b)) return a;
  if (isSame({ ...a, urlPart: b.urlPart }, b)) return { ...a, urlPart: 'urlPartUnknown' };
  if (isSame({ ...a, slash: b.slash }, b)) return { ...a, slash: 'jsCtxUnknown' };
  // `<p title={{ if .C }}{{ . }}{{ end }}`: the branch without text is still before the value.
  const [c, d] = [nudge(a), nudge(b)];
  if (!isSame(c, a) || !isSame(d, b)) {
    const joined = join(c, d, name, place);
    if (joined.state !== 'stateError') return joined;
  }
  return fault(`{{${name}}} branches end in different contexts: ${writeContext(a)}, ${writeContext(b)}`, place());
}
