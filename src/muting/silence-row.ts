import { LabelSet } from '../alert/label-set.ts';
import { createMatcher, type MatcherSpec } from '../alert/matcher.ts';
import type { Row } from '../store/store.ts';
import type { Silence } from './silence.ts';

/** A silence as the store keeps it, under its id. Annotations are `[name, value, ...]`. */
interface SilenceRow {
  readonly matcherSets: readonly (readonly MatcherSpec[])[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly updatedAt: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: readonly string[];
}

export function toRow(silence: Silence): SilenceRow {
  const { matcherSets, annotations, startsAt, endsAt, updatedAt, createdBy, comment } = silence;
  return {
    matcherSets: matcherSets.map((set) => set.map(({ name, type, value }) => ({ name, type, value }))),
    startsAt,
    endsAt,
    updatedAt,
    createdBy,
    comment,
    annotations: [...annotations.pairs],
  };
}

/** @throws Error for a matcher that does not compile any more. */
export function fromRow({ key, value }: Row): Silence {
  const row = value as SilenceRow;
  return Object.freeze({
    ...row,
    id: key,
    matcherSets: row.matcherSets.map((set) => set.map((spec) => createMatcher(spec.type, spec.name, spec.value))),
    annotations: LabelSet.fromPairs([...row.annotations]),
  });
}
