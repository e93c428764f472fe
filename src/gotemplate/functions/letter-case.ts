/** Upper, lower and title case as Go's strings and golang.org/x/text have them. */
import { isAscii } from '../bytes.ts';

/** Greek letters with iota subscript: capitals of one character, where JavaScript writes two. */
const IOTA = /[\u1f80-\u1f87\u1f90-\u1f97\u1fa0-\u1fa7]/;
const IOTA_CAPITALS: Readonly<Record<string, string>> = { '\u1fb3': '\u1fbc', '\u1fc3': '\u1fcc', '\u1ff3': '\u1ffc' };

function iotaCapital(character: string): string | undefined {
  if (IOTA.test(character)) return String.fromCharCode(character.charCodeAt(0) + 8);
  return IOTA_CAPITALS[character];
}

/** Character by character: `ß` has no capital. Stray bytes become U+FFFD. */
export function toUpper(text: string): string {
  if (isAscii(text)) return text.toUpperCase();
  return mapped(text, (character) => iotaCapital(character) ?? single(character.toUpperCase(), character));
}

/** The same the other way: no final sigma, and `İ` becomes `i`. */
export function toLower(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return mapped(text, (character) => {
    return character === '\u0130' ? 'i' : single(character.toLowerCase(), character);
  });
}

function mapped(text: string, map: (character: string) => string): string {
  let result = '';
  for (const character of text) result += map(character);
  return result.toWellFormed();
}

function single(changed: string, character: string): string {
  return changed.length === String.fromCodePoint(changed.codePointAt(0) ?? 0).length ? changed : character;
}

const CASED = /^[\p{Cased}]$/u;
/** Stands inside words, but not twice in a row. */
const MID = /^[.:'\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a]$/;
const LETTER = /^[\p{Alphabetic}\p{Nd}\p{M}\p{Pc}\p{Cf}\u202f]$/u;
/** Scripts without spaces, whose letters Go counts as breaks. */
const IDEOGRAPH =
  /^[\p{Ideographic}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u200b]$/u;
const DIGRAPHS: Readonly<Record<string, string>> = {
  Ǆ: 'ǅ',
  ǆ: 'ǅ',
  Ǉ: 'ǈ',
  ǉ: 'ǈ',
  Ǌ: 'ǋ',
  ǌ: 'ǋ',
  Ǳ: 'ǲ',
  ǳ: 'ǲ',
};

/** The first cased character of each word as a title, all others in lower case. Words end where golang.org/x/text ends them. */
export function title(text: string): string {
  let result = '';
  let inWord = false;
  let afterMid = false;
  const characters = Array.from(text);
  for (const [i, character] of characters.entries()) {
    const mid = MID.test(character);
    if (mid && afterMid) inWord = false;
    if (CASED.test(character)) {
      result += inWord ? lowerAt(characters, i) : titleOf(character);
      inWord = true;
    } else {
      result += character;
      if (!mid && (!LETTER.test(character) || (IDEOGRAPH.test(character) && !/\p{M}/u.test(character)))) inWord = false;
    }
    afterMid = mid;
  }
  return result;
}

function titleOf(character: string): string {
  const digraph = DIGRAPHS[character] ?? iotaCapital(character);
  if (digraph !== undefined) return digraph;
  // Georgian has capitals, but no title case; the rest is in title case already.
  if (/[\u10d0-\u10ff\p{Lt}]/u.test(character)) return character;
  const [first = '', ...rest] = character.toUpperCase();
  return first + rest.join('').toLowerCase();
}

const IGNORABLE = /^[\p{Case_Ignorable}]$/u;

/** Sigma at the end of a word has a form of its own. */
function lowerAt(characters: readonly string[], at: number): string {
  const character = characters[at] ?? '';
  if (character !== 'Σ') return character.toLowerCase();
  let next = at + 1;
  while (IGNORABLE.test(characters[next] ?? '')) next++;
  return CASED.test(characters[next] ?? '') ? 'σ' : 'ς';
}
