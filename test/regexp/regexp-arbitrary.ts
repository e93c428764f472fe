import fc from 'fast-check';

const character = fc.constantFrom('a', 'b', 'c', 'K', 'é', '😀', '\n', ' ', '_', '-', '0');
const atom = fc.constantFrom(
  ...['a', 'b', 'c', 'ab', 'K', '😀', '.', '\\.', '\\n', '\\x{1F600}', '\\d', '\\W', '\\s', '\\pL', '\\p{Lu}'],
  ...['[ab]', '[^ab]', '[a-c0-9]', '[^\\n]', '[[:alpha:]_]', '[\\d-]', '\\b', '\\B', '^', '$', '\\A', '\\z', ''],
);
const quantifier = fc.constantFrom(
  ...['', '', '', '', '*', '+', '?', '*?', '+?', '??', '{0}', '{2}', '{1,3}', '{2,}', '{0,2}?'],
);
const open = fc.constantFrom('(', '(?:', '(?i)(', '(?P<n>', '(?i:', '(?s:', '(?m:', '(?U:');

/** Valid patterns, most of them: small ones that use every construct. */
export const patterns = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  pattern: fc
    .array(fc.array(tie('piece'), { maxLength: 3 }), { minLength: 1, maxLength: 3 })
    .map((alternatives) => alternatives.map((pieces) => pieces.join('')).join('|')),
  piece: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(atom, quantifier).map((parts) => parts.join('')),
    fc.tuple(open, tie('pattern'), quantifier).map(([start, inner, count]) => `${start}${inner})${count}`),
  ),
})).pattern;

export const texts = fc.array(character, { maxLength: 12 }).map((parts) => parts.join(''));
