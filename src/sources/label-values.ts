import { LabelSet } from '../alert/label-set.ts';

/** What a JSON object of labels holds instead of a text. */
export interface WrongValue {
  readonly name: string;
  readonly value: unknown;
}

/**
 * Reads a JSON object of texts as Go reads one into a map: null is the empty text, lone surrogates become U+FFFD.
 * @param keepEmpty annotations keep empty values, labels lose them.
 * @param like a set that was read before: texts that stand at the same place in it are not kept twice.
 * @returns the set, or the first value that is no text.
 */
export function readLabelSet(object: object, keepEmpty: boolean, like = LabelSet.empty): LabelSet | WrongValue {
  const texts = object as Record<string, unknown>;
  const names = Object.keys(texts);
  // Of the size that it needs: one that grows by push() takes twice as much, for as long as the alert is known.
  const pairs = new Array<string>(names.length * 2);
  let length = 0;
  for (const name of names) {
    const value = texts[name] ?? '';
    if (typeof value !== 'string') return { name, value };
    if (value === '' && !keepEmpty) continue;
    pairs[length++] = name.toWellFormed();
    const known = like.pairs[length];
    pairs[length++] = known === value ? known : value.toWellFormed();
  }
  pairs.length = length;
  return LabelSet.fromPairs(pairs);
}
