import type { Place } from './place.ts';

/** Reports when more than one of the keys is set (an empty text counts as not set). */
export function atMostOne(
  place: Place,
  values: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  message?: string,
): void {
  const set = keys.filter((key) => values[key] !== undefined && values[key] !== '');
  if (set.length < 2) return;
  place.near(set[1] as string).report(message ?? `at most one of ${keys.join(' & ')} must be configured`);
}
