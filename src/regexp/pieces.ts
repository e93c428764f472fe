/** A gap (`.*`, `.+`), an anchor, or literal text. */
export const STAR = 0;
export const PLUS = 1;
export const BEGIN = 2;
export const END = 3;
/** Something else: the engine's business. Everything after it is left out. */
export const OTHER = 4;
export type Gap = typeof STAR | typeof PLUS;
export type Piece = string | Gap | typeof BEGIN | typeof END | typeof OTHER;

/** A longer product of groups, as of `(a|b)(c|d)...`, is left to the engine. */
const MOST_PRODUCTS = 256;
/** So is a pattern whose alternatives have more pieces than this together. */
const MOST_PIECES = 65_536;
const MOST_REQUIRED = 4;
const DEEPEST = 16;
const QUANTIFIERS = '*+?{';
const SPECIAL = '\\.+*?()|[]{}^$';

/**
 * Expands a pattern of words, escaped punctuation, `.*`, `.+`, plain groups, `|` and anchors into its alternatives.
 * @returns undefined where it holds anything else.
 */
export function parsePieces(pattern: string): Piece[][] | undefined {
  return new PieceParser(pattern).parse();
}

/**
 * What the alternatives of any valid pattern begin with, as far as it is understood: each ends in OTHER where it is
 * not understood further.
 * @returns undefined where the alternatives cannot be told apart.
 */
export function parseStarts(pattern: string): Piece[][] | undefined {
  const starts: Piece[][] = [];
  const alternatives = splitAlternatives(pattern);
  if (!alternatives) return undefined;
  for (const alternative of alternatives) {
    const sequences = new PieceParser(alternative).parseStart();
    if (!sequences || starts.length + sequences.length > MOST_PRODUCTS) return undefined;
    starts.push(...sequences);
  }
  return starts;
}

/**
 * Texts that every matching value of a valid pattern contains: looking for them first spares the engine most values
 * that do not match. The last comes first, since patterns have their beginnings in common more often than their ends.
 */
export function requiredTexts(pattern: string): string[] {
  const alternatives = splitAlternatives(pattern);
  // \x41, \101 and \pN are not what they spell.
  if (alternatives?.length !== 1 || /\\[^dDsSwWbBAz!-/:-@[-`{-~]/.test(pattern)) return [];
  const texts = [''];
  let depth = 0;
  for (const [token] of pattern.matchAll(REQUIRED_TOKEN)) {
    if (token === '(') depth++;
    if (token === ')') depth--;
    const text = depth > 0 ? undefined : literalOf(token);
    if (text !== undefined) texts[texts.length - 1] += text;
    else {
      if (/^[*?{]/.test(token)) texts.push(withoutLast(texts.pop()) ?? '');
      texts.push('');
    }
  }
  const required = texts.filter((text) => text !== '').reverse();
  return required.slice(0, MOST_REQUIRED);
}

/** Takes a pattern apart: counts, escapes, classes, and single characters. */
export const REQUIRED_TOKEN = /\{\d+(?:,\d*)?\}|\\[\s\S]|\[\^?\]?(?:\[:\^?\w*:\]|\\[\s\S]|[^\]\\])*\]|[\s\S]/g;

function literalOf(token: string): string | undefined {
  if (token.length === 1) return SPECIAL.includes(token) ? undefined : token;
  return /^\\[!-/:-@[-`{-~]$/.test(token) ? token.slice(1) : undefined;
}

/** What may hide a bar: an escape, or a class (whose first `]` is a member, and which may hold `[:alpha:]`). */
const TOKEN = /\\[\s\S]|\[\^?\]?(?:\[:\^?\w*:\]|\\[\s\S]|[^\]\\])*\]|[\s\S]/g;

/**
 * @returns undefined where the text is not what it seems: parentheses that are not paired, \Q, and flags, which change
 * what letters mean and let a quantifier behind them reach what stands before them.
 */
export function splitAlternatives(pattern: string): string[] | undefined {
  if (/\\Q|\(\?[^:P<]/.test(pattern)) return undefined;
  const alternatives = [''];
  let depth = 0;
  for (const [token] of pattern.matchAll(TOKEN)) {
    if (token === '(') depth++;
    if (token === ')') depth--;
    if (depth < 0) return undefined;
    if (token === '|' && depth === 0) alternatives.push('');
    else alternatives[alternatives.length - 1] += token;
  }
  return alternatives;
}

class PieceParser {
  readonly #text: string;
  #at = 0;
  #pieces = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Piece[][] | undefined {
    const sequences = this.#alternation(0);
    return this.#at === this.#text.length ? sequences : undefined;
  }

  /** Of one alternative. */
  parseStart(): Piece[][] | undefined {
    return this.#sequence(0, true);
  }

  #alternation(depth: number): Piece[][] | undefined {
    const all: Piece[][] = [];
    for (;;) {
      const sequences = this.#sequence(depth, false);
      if (!sequences) return undefined;
      for (const sequence of sequences) all.push(sequence);
      if (this.#text[this.#at] !== '|') return all;
      this.#at++;
    }
  }

  #sequence(depth: number, startOnly: boolean): Piece[][] | undefined {
    let sequences: Piece[][] = [[]];
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || char === '|' || char === ')') return sequences;
      const atom = char === '(' ? this.#group(depth + 1) : this.#piece(char);
      const next = this.#quantified() ? withoutLast(atom) : this.#join(sequences, atom);
      if (next === undefined || typeof next === 'string') {
        if (!startOnly) return undefined;
        return sequences.map((sequence) => [...sequence, ...(next === undefined ? [] : [next]), OTHER]);
      }
      sequences = next;
    }
  }

  #group(depth: number): Piece[][] | undefined {
    this.#at++;
    if (this.#text.startsWith('?:', this.#at)) this.#at += 2;
    else if (this.#text[this.#at] === '?') return undefined;
    if (depth > DEEPEST) return undefined;
    const sequences = this.#alternation(depth);
    if (this.#text[this.#at] !== ')') return undefined;
    this.#at++;
    return sequences;
  }

  #piece(char: string): Piece | undefined {
    this.#at++;
    const next = this.#text[this.#at];
    if (char === '^') return BEGIN;
    if (char === '$') return END;
    if (char === '.') {
      if (next !== '*' && next !== '+') return undefined;
      this.#at++;
      if (this.#text[this.#at] === '?') this.#at++; // lazy: the same language
      return next === '*' ? STAR : PLUS;
    }
    if (char === '\\') {
      if (next === undefined || !/[!-/:-@[-`{-~]/.test(next)) return undefined;
      this.#at++;
      return next;
    }
    if (SPECIAL.includes(char)) return undefined;
    const start = this.#at - 1;
    while (this.#at < this.#text.length && !SPECIAL.includes(this.#text[this.#at] as string)) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  /** Appends an atom (a piece or the alternatives of a group) to every sequence; undefined where that grows too long. */
  #join(sequences: Piece[][], atom: Piece | Piece[][] | undefined): Piece[][] | undefined {
    if (atom === undefined) return undefined;
    if (typeof atom !== 'object') {
      this.#pieces += sequences.length;
      if (this.#pieces > MOST_PIECES) return undefined;
      for (const sequence of sequences) sequence.push(atom);
      return sequences;
    }
    if (sequences.length === 1 && sequences[0]?.length === 0) return atom;
    if (sequences.length * atom.length > MOST_PRODUCTS) return undefined;
    const joined = sequences.flatMap((head) => atom.map((tail) => [...head, ...tail]));
    for (const sequence of joined) this.#pieces += sequence.length;
    return this.#pieces > MOST_PIECES ? undefined : joined;
  }

  #quantified(): boolean {
    return this.#at < this.#text.length && QUANTIFIERS.includes(this.#text[this.#at] as string);
  }
}

/** A quantifier belongs to a word's last character only: what is left of the word is certain. */
function withoutLast(atom: Piece | Piece[][] | undefined): string | undefined {
  if (typeof atom !== 'string') return undefined;
  return [...atom].slice(0, -1).join('');
}
