/**
 * Names of Unicode classes as Go 1.26 takes them, brought to the spelling that re2js knows. Go ignores case, spaces,
 * underscores and hyphens (which makes scripts such as Old_Italic unreachable), knows the long names of categories, and
 * knows no binary properties such as Emoji.
 */

const CATEGORIES = new Set(
  'C Cc Cf Cn Co Cs L Lc Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs Any Ascii Assigned'.split(
    ' ',
  ),
);

const LONG_NAMES = new Map(
  Object.entries({
    Casedletter: 'Lc',
    Closepunctuation: 'Pe',
    Combiningmark: 'M',
    Connectorpunctuation: 'Pc',
    Control: 'Cc',
    Cntrl: 'Cc',
    Currencysymbol: 'Sc',
    Dashpunctuation: 'Pd',
    Decimalnumber: 'Nd',
    Digit: 'Nd',
    Enclosingmark: 'Me',
    Finalpunctuation: 'Pf',
    Format: 'Cf',
    Initialpunctuation: 'Pi',
    Letter: 'L',
    Letternumber: 'Nl',
    Lineseparator: 'Zl',
    Lowercaseletter: 'Ll',
    Mark: 'M',
    Mathsymbol: 'Sm',
    Modifierletter: 'Lm',
    Modifiersymbol: 'Sk',
    Nonspacingmark: 'Mn',
    Number: 'N',
    Openpunctuation: 'Ps',
    Other: 'C',
    Otherletter: 'Lo',
    Othernumber: 'No',
    Otherpunctuation: 'Po',
    Othersymbol: 'So',
    Paragraphseparator: 'Zp',
    Privateuse: 'Co',
    Punct: 'P',
    Punctuation: 'P',
    Separator: 'Z',
    Spaceseparator: 'Zs',
    Spacingmark: 'Mc',
    Surrogate: 'Cs',
    Symbol: 'S',
    Titlecaseletter: 'Lt',
    Unassigned: 'Cn',
    Uppercaseletter: 'Lu',
  }),
);

const SCRIPTS = new Set(
  (
    'Adlam Ahom Arabic Armenian Avestan Balinese Bamum Batak Bengali Bhaiksuki Bopomofo Brahmi Braille Buginese ' +
    'Buhid Carian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cyrillic Deseret Devanagari ' +
    'Dogra Duployan Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gurmukhi Han ' +
    'Hangul Hanunoo Hatran Hebrew Hiragana Inherited Javanese Kaithi Kannada Katakana Kawi Kharoshthi Khmer ' +
    'Khojki Khudawadi Lao Latin Lepcha Limbu Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean ' +
    'Marchen Medefaidrin Miao Modi Mongolian Mro Multani Myanmar Nabataean Nandinagari Newa Nko Nushu Ogham Oriya ' +
    'Osage Osmanya Palmyrene Phoenician Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham ' +
    'Sinhala Sogdian Soyombo Sundanese Syriac Tagalog Tagbanwa Takri Tamil Tangsa Tangut Telugu Thaana Thai ' +
    'Tibetan Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Yezidi Yi'
  ).split(' '),
);

/** What might be a class, or hide one: a quotation, an escape. */
const TOKEN = /\\Q[\s\S]*?(?:\\E|$)|\\[pP](?:\{[^}]*\}?|[\s\S])|\\[\s\S]/gu;
/** A class that neither knows. */
const UNKNOWN = '{=}';

/** Spells the classes of a pattern as re2js knows them. */
export function translateClasses(pattern: string): string {
  if (!/\\p/i.test(pattern)) return pattern;
  return pattern.replace(TOKEN, (token) => {
    const [, letter, braced, single] = /^\\([pP])(?:\{([^}]*)\}|([^{]))$/u.exec(token) ?? [];
    const name = braced ?? single;
    return letter === undefined || name === undefined ? token : `\\${letter}${translateName(name)}`;
  });
}

/** Brings the name that re2js complains of back to the one that the pattern has. */
export function originalClass(message: string, pattern: string): string {
  if (!message.includes(UNKNOWN)) return message;
  const unknown = pattern.match(TOKEN)?.find((token) => translateClasses(token).endsWith(UNKNOWN)) ?? '';
  return message.replace(/\\[pP]\{=\}/, () => unknown);
}

function translateName(name: string): string {
  const negated = name.startsWith('^') ? '^' : '';
  const canonical = canonicalName(negated ? name.slice(1) : name);
  const known = CATEGORIES.has(canonical) || SCRIPTS.has(canonical) ? canonical : LONG_NAMES.get(canonical);
  return known === undefined ? UNKNOWN : `{${negated}${known}}`;
}

function canonicalName(name: string): string {
  const letters = name.replace(/[_\- ]/g, '');
  return (
    letters.slice(0, 1).replace(/[a-z]/, (letter) => letter.toUpperCase()) +
    letters.slice(1).replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  );
}
