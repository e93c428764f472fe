import type { LabelSet } from './label-set.ts';

export type MatchType = '=' | '!=' | '=~' | '!~';

/** One condition on one label; a missing label is the empty string (as Alertmanager's labels.Matcher). Immutable. */
export interface Matcher {
  readonly name: string;
  readonly type: MatchType;
  readonly value: string;
  /** Tests one label value ('' for an absent label). Linear in its length. */
  matchesValue(value: string): boolean;
  /** Canonical text, e.g. `foo=~"bar.*"`. */
  toString(): string;
}

/** All of them match (an empty list matches everything). */
export function matchesAll(matchers: readonly Matcher[], labels: LabelSet): boolean {
  for (const matcher of matchers) if (!matcher.matchesValue(labels.get(matcher.name) ?? '')) return false;
  return true;
}
