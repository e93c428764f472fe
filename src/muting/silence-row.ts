import { LabelSet } from '../alert/label-set.ts';
import { createMatcher, inertMatcher, type Matcher, type MatcherSpec } from '../alert/matcher.ts';
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

/** @throws Error for a matcher that does not compile, or no longer. */
export function fromRow({ key, value }: Row): Silence {
  return read(key, value as SilenceRow, ({ type, name, value }) => createMatcher(type, name, value));
}

/** A silence that is only listed: it has expired, at `now` at the latest, and its matchers are not compiled. */
export function expiredFromRow({ key, value }: Row, now: number): Silence {
  const row = value as SilenceRow;
  const endsAt = Math.min(row.endsAt, now);
  return read(key, { ...row, startsAt: Math.min(row.startsAt, endsAt), endsAt }, inertMatcher);
}

/** Whether a stored silence has expired. */
export function isExpiredRow({ value }: Row, now: number): boolean {
  return (value as SilenceRow).endsAt <= now;
}

/** The same silence, without what its matchers cost. */
export function withInertMatchers(silence: Silence): Silence {
  return Object.freeze({ ...silence, matcherSets: silence.matcherSets.map((set) => set.map(inertMatcher)) });
}

function read(id: string, row: SilenceRow, toMatcher: (spec: MatcherSpec) => Matcher): Silence {
  return Object.freeze({
    ...row,
    id,
    matcherSets: row.matcherSets.map((set) => set.map(toMatcher)),
    annotations: LabelSet.fromPairs([...row.annotations]),
  });
}
