import type { StepTotal } from './step-budget.ts';
import type { TextRegexp } from './text-regexp.ts';

const REFERENCE = /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;

/** Texts as they stand, and numbers of groups. A reference to a group that the pattern lacks gives nothing. */
type Piece = string | number;

/**
 * Go's ReplaceAllString: `$1`, `${1}`, `$name`, `${name}` and `$$` in the replacement.
 * @param mostLength of the result, in UTF-16 units. @throws RangeError above it; StepsExceededError
 */
export function replaceAll(
  regexp: TextRegexp,
  replacement: string,
  text: string,
  mostLength: number,
  total?: StepTotal,
): string {
  const pieces = piecesOf(replacement, regexp);
  const groups = Math.max(0, ...pieces.filter((piece) => typeof piece === 'number'));
  let length = 0;
  const replace = (positions: readonly number[]): string => {
    const out = pieces.map((piece) => (typeof piece === 'string' ? piece : groupOf(text, positions, piece))).join('');
    length += out.length;
    if (length > mostLength) throw new RangeError('the result is too long');
    return out;
  };
  return regexp.replaceAll(text, groups, replace, total);
}

function groupOf(text: string, positions: readonly number[], group: number): string {
  const start = positions[2 * group] ?? -1;
  return start < 0 ? '' : text.slice(start, positions[2 * group + 1]);
}

function piecesOf(replacement: string, { groupNames }: TextRegexp): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of replacement.matchAll(REFERENCE)) {
    pieces.push(replacement.slice(at, match.index));
    at = match.index + match[0].length;
    const name = match[1] ?? match[2];
    if (name === undefined) pieces.push('$');
    else if (/^(?:0|[1-9]\d{0,7})$/.test(name)) pieces.push(Number(name));
    else if (Object.hasOwn(groupNames, name)) pieces.push(groupNames[name] as number);
  }
  pieces.push(replacement.slice(at));
  return pieces.filter((piece) => piece !== '');
}
