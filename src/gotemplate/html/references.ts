/** References to the ASCII characters that HTML names; those above ASCII change no context. */
const NAMES: Readonly<Record<string, string>> = {
  Tab: '\t',
  NewLine: '\n',
  excl: '!',
  quot: '"',
  QUOT: '"',
  num: '#',
  dollar: '$',
  percnt: '%',
  amp: '&',
  AMP: '&',
  apos: "'",
  lpar: '(',
  rpar: ')',
  ast: '*',
  midast: '*',
  plus: '+',
  comma: ',',
  period: '.',
  sol: '/',
  colon: ':',
  semi: ';',
  lt: '<',
  LT: '<',
  equals: '=',
  gt: '>',
  GT: '>',
  quest: '?',
  commat: '@',
  lbrack: '[',
  lsqb: '[',
  bsol: '\\',
  rbrack: ']',
  rsqb: ']',
  Hat: '^',
  lowbar: '_',
  UnderBar: '_',
  grave: '`',
  DiacriticalGrave: '`',
  lbrace: '{',
  lcub: '{',
  verbar: '|',
  vert: '|',
  VerticalLine: '|',
  rbrace: '}',
  rcub: '}',
};
const REFERENCE = /&(?:#(\d+);?|#[xX]([\da-fA-F]+);?|([a-zA-Z]+);|(amp|AMP|lt|LT|gt|GT|quot|QUOT))/g;

/** An attribute's value with its character references resolved, as far as they matter to contexts. */
export function resolveReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(REFERENCE, (whole, decimal?: string, hex?: string, name?: string, bare?: string) => {
    if (decimal !== undefined) return characterOf(Number(decimal));
    if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
    if (bare !== undefined) return NAMES[bare] as string;
    const named = Object.hasOwn(NAMES, name ?? '') ? NAMES[name ?? ''] : undefined;
    if (named !== undefined) return named;
    const [, prefix, rest] = /^&(amp|AMP|lt|LT|gt|GT|quot|QUOT)(.*)$/.exec(whole) ?? [];
    return prefix === undefined ? whole : (NAMES[prefix] as string) + rest;
  });
}

function characterOf(code: number): string {
  const isNone = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return isNone ? '\ufffd' : String.fromCodePoint(code);
}
