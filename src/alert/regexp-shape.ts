/**
 * Most patterns in alert configurations are words, lists of words and words with `.*`. Those are answered by string
 * search, some twenty times quicker than by the regular expression engine; this file recognises them.
 */

/** A recognised pattern: values that match literally, or words with gaps. */
export interface Shape {
  readonly literals: readonly string[];
  readonly globs: readonly Glob[];
}

/** `prefix`, then each of `middles` in order, then `suffix`; `gaps[i]` is the least length (0 or 1) of the gap before it. */
export interface Glob {
  readonly prefix: string;
  readonly middles: readonly string[];
  readonly suffix: string;
  readonly gaps: readonly number[];
}

const STAR = 0;
const PLUS = 1;
const BEGIN = 2;
const END = 3;
type Gap = typeof STAR | typeof PLUS;
type Piece = string | Gap | typeof BEGIN | typeof END;

/** A longer product of groups, as of `(a|b)(c|d)...`, is left to the engine; so are more gapped alternatives than pay. */
const MOST_PRODUCTS = 256;
const MOST_GLOBS = 8;
const DEEPEST = 16;
const QUANTIFIERS = '*+?{';
const SPECIAL = '\\.+*?()|[]{}^$';

/** Recognises a pattern (RE2 syntax, to be matched as a whole), or returns undefined: the engine's case. */
export function recognise(pattern: string): Shape | undefined {
  // A dot does not match a newline, so without any in the pattern a value with one is simply no match (for globs).
  if (pattern.includes('\n')) return undefined;
  const sequences = new ShapeParser(pattern).parse();
  if (!sequences) return undefined;
  const literals: string[] = [];
  const globs: Glob[] = [];
  for (const sequence of sequences) {
    const pieces = simplify(sequence);
    if (!pieces) return undefined;
    if (pieces.length === 0) literals.push('');
    else if (pieces.length === 1 && typeof pieces[0] === 'string') literals.push(pieces[0]);
    else globs.push(toGlob(pieces));
  }
  return globs.length > MOST_GLOBS ? undefined : { literals, globs };
}

export function matchesGlob(glob: Glob, value: string): boolean {
  const { prefix, middles, suffix, gaps } = glob;
  if (!value.startsWith(prefix) || !value.endsWith(suffix)) return false;
  let position = prefix.length;
  for (let i = 0; i < middles.length; i++) {
    const middle = middles[i] as string;
    const found = value.indexOf(middle, position + (gaps[i] as number));
    if (found < 0) return false;
    position = found + middle.length;
  }
  const lastGap = value.length - suffix.length - position;
  return lastGap >= (gaps[middles.length] as number) && !value.includes('\n');
}

/** Drops the anchors that full anchoring makes idle and joins neighbours; undefined where the engine must decide. */
function simplify(sequence: readonly Piece[]): (string | Gap)[] | undefined {
  let from = 0;
  let to = sequence.length;
  while (from < to && sequence[from] === BEGIN) from++;
  while (to > from && sequence[to - 1] === END) to--;
  const pieces: (string | Gap)[] = [];
  for (let i = from; i < to; i++) {
    const piece = sequence[i] as Piece;
    if (piece === BEGIN || piece === END) return undefined;
    const last = pieces.at(-1);
    if (last === undefined || typeof last !== typeof piece) pieces.push(piece);
    else if (typeof piece === 'string') pieces[pieces.length - 1] = last + piece;
    else if (last === PLUS && piece === PLUS) return undefined;
    else if (piece === PLUS) pieces[pieces.length - 1] = PLUS;
  }
  return pieces;
}

/** @param pieces words and gaps in turn, with at least one gap. */
function toGlob(pieces: readonly (string | Gap)[]): Glob {
  const first = pieces[0];
  const last = pieces.at(-1);
  const prefix = typeof first === 'string' ? first : '';
  const suffix = typeof last === 'string' ? last : '';
  const inner = pieces.slice(prefix === '' ? 0 : 1, suffix === '' ? undefined : -1);
  return {
    prefix,
    suffix,
    middles: inner.filter((piece) => typeof piece === 'string'),
    gaps: inner.filter((piece) => typeof piece === 'number'),
  };
}

/** Expands a pattern of words, escaped punctuation, `.*`, `.+`, plain groups, `|` and anchors into its alternatives. */
class ShapeParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Piece[][] | undefined {
    const sequences = this.#alternation(0);
    return this.#at === this.#text.length ? sequences : undefined;
  }

  #alternation(depth: number): Piece[][] | undefined {
    const all: Piece[][] = [];
    for (;;) {
      const sequences = this.#sequence(depth);
      if (!sequences) return undefined;
      for (const sequence of sequences) all.push(sequence);
      if (this.#text[this.#at] !== '|') return all;
      this.#at++;
    }
  }

  #sequence(depth: number): Piece[][] | undefined {
    let sequences: Piece[][] = [[]];
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || char === '|' || char === ')') return sequences;
      const atom = char === '(' ? this.#group(depth + 1) : this.#piece(char);
      if (atom === undefined || this.#quantified()) return undefined;
      if (typeof atom !== 'object') for (const sequence of sequences) sequence.push(atom);
      else {
        const first = sequences.length === 1 && sequences[0]?.length === 0;
        if (!first && sequences.length * atom.length > MOST_PRODUCTS) return undefined;
        sequences = sequences.flatMap((head) => atom.map((tail) => [...head, ...tail]));
      }
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

  #quantified(): boolean {
    return this.#at < this.#text.length && QUANTIFIERS.includes(this.#text[this.#at] as string);
  }
}
