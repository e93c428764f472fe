import { LabelSet } from '../alert/label-set.ts';

/** What a JSON object of labels holds instead of a text. */
export interface WrongValue {
  readonly name: string;
  readonly value: unknown;
}

/**
 * Reads a JSON object of texts as Go reads one into a map: null is the empty text, lone surrogates become U+FFFD.
 * @param keepEmpty annotations keep empty values, labels lose them.
 * @returns the set, or the first value that is no text.
 */
export function readLabelSet(object: object, keepEmpty: boolean): LabelSet | WrongValue {
  const texts = object as Record<string, unknown>;
  const pairs: string[] = [];
  for (const name in texts) {
    const value = texts[name] ?? '';
    if (typeof value !== 'string') return { name, value };
    if (value !== '' || keepEmpty) pairs.push(name.toWellFormed(), value.toWellFormed());
  }
  return LabelSet.fromPairs(pairs);
}
