/** What an attribute's value is. `unsafe`: it changes how other content is read. */
export type AttributeKind = 'plain' | 'url' | 'style' | 'script' | 'srcset' | 'html' | 'unsafe';

/** By name, as html/template knows them; names that are not here are judged by their letters. */
const NAMES: Readonly<Record<Exclude<AttributeKind, 'script'>, string>> = {
  plain: `accept alt autocomplete autofocus autoplay border checked class cols colspan contenteditable contextmenu controls
    coords datetime default dir dirname disabled draggable dropzone for formtarget headers height hidden high hreflang id
    ismap kind label lang list loop low max maxlength media mediagroup min multiple name open optimum placeholder preload
    pubdate radiogroup readonly required reversed rows rowspan spellcheck scope scoped seamless selected shape size sizes
    span srclang start step tabindex target title width wrap`,
  url: `action archive background cite classid codebase data formaction href icon longdesc manifest poster profile src
    usemap xmlns`,
  style: 'style',
  srcset: 'srcset',
  html: 'srcdoc',
  unsafe: `accept-charset async challenge charset content crossorigin defer enctype form formenctype formmethod
    formnovalidate http-equiv keytype language method novalidate pattern rel sandbox type value`,
};
const KINDS: ReadonlyMap<string, AttributeKind> = new Map(
  Object.entries(NAMES).flatMap(([kind, names]) => names.split(/\s+/).map((name) => [name, kind as AttributeKind])),
);

/** @param name in lower case. */
export function attributeKind(name: string): AttributeKind {
  let short = name;
  if (name.startsWith('data-')) short = name.slice(5);
  else if (name.includes(':')) {
    if (name.startsWith('xmlns:')) return 'url';
    short = name.slice(name.indexOf(':') + 1);
  }
  const known = KINDS.get(short);
  if (known) return known;
  if (short.startsWith('on')) return 'script';
  return /src|uri|url/.test(short) ? 'url' : 'plain';
}
