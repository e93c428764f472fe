import { REQUIRED_TOKEN, requiredTexts, splitAlternatives } from './pieces.ts';

/** More alternatives are no use to an index. */
const MOST_TEXTS = 256;
const DEEPEST = 3;
const UNKNOWN: readonly string[] = [''];

/**
 * Every value that a valid pattern matches contains one of these, but for case ([''] where nothing is known): for each
 * alternative its longest text, or what is contained in a group that it cannot do without.
 */
export function containedTexts(pattern: string): readonly string[] {
  const ignoresCase = pattern.startsWith('(?i)');
  const texts = containedIn(ignoresCase ? pattern.slice(4) : pattern, 0);
  // Beyond ASCII, characters that are equal but for case are not known here.
  return ignoresCase && !texts.every(isAscii) ? UNKNOWN : texts;
}

/** The longest text, '' of none. */
export function longestOf(texts: readonly string[]): string {
  return texts.reduce((longest, text) => (text.length > longest.length ? text : longest), '');
}

function containedIn(pattern: string, depth: number): readonly string[] {
  const alternatives = splitAlternatives(pattern);
  if (!alternatives || alternatives.length > MOST_TEXTS) return UNKNOWN;
  const texts = alternatives.flatMap((alternative) => {
    const choices = [[longestOf(requiredTexts(alternative))]];
    if (depth < DEEPEST) for (const group of groupsOf(alternative)) choices.push([...containedIn(group, depth + 1)]);
    return choices.reduce((best, choice) => (shortest(choice) > shortest(best) ? choice : best));
  });
  return texts.length > MOST_TEXTS ? UNKNOWN : texts;
}

/** What is inside of the outermost groups that no quantifier follows. */
function groupsOf(alternative: string): string[] {
  const groups: string[] = [];
  let depth = 0;
  let inner = '';
  let closed = false;
  for (const [token] of alternative.matchAll(REQUIRED_TOKEN)) {
    if (closed && /^[*?{]/.test(token)) groups.pop();
    closed = false;
    if (token === ')' && --depth === 0) {
      groups.push(inner.replace(/^\?(?::|P?<\w*>)/, ''));
      closed = true;
    }
    if (depth > 0) inner += token;
    if (token === '(' && depth++ === 0) inner = '';
  }
  return groups;
}

function shortest(texts: readonly string[]): number {
  return Math.min(...texts.map(({ length }) => length));
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
