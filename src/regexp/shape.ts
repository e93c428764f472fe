import { findText } from './find-text.ts';
import { BEGIN, END, type Gap, OTHER, type Piece, PLUS, parsePieces, parseStarts } from './pieces.ts';

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

/** With more gapped alternatives the engine is as quick. */
const MOST_GLOBS = 8;

/** Recognises a pattern (RE2 syntax, to be matched as a whole), or returns undefined: the engine's case. */
export function recognise(pattern: string): Shape | undefined {
  // A dot does not match a newline, so without any in the pattern a value with one is simply no match (for globs).
  if (pattern.includes('\n')) return undefined;
  const sequences = parsePieces(pattern);
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

/** What the values that match any valid pattern begin with: one of these. [''] where that is not known. */
export function recognisePrefixes(pattern: string): readonly string[] {
  return parseStarts(pattern)?.map(leadingText) ?? [''];
}

export function matchesGlob(glob: Glob, value: string): boolean {
  const { prefix, middles, suffix, gaps } = glob;
  if (!value.startsWith(prefix) || !value.endsWith(suffix)) return false;
  let position = prefix.length;
  for (let i = 0; i < middles.length; i++) {
    const middle = middles[i] as string;
    const found = findText(value, middle, position + (gaps[i] as number));
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
    if (piece === BEGIN || piece === END || piece === OTHER) return undefined;
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

function leadingText(sequence: readonly Piece[]): string {
  let text = '';
  for (const piece of sequence) {
    if (typeof piece === 'string') text += piece;
    else if (piece !== BEGIN) return text;
  }
  return text;
}
