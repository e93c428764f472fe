import type { Alert } from '../alert/alert.ts';
import type { AlertRecord } from '../alert/alert-record.ts';
import type { LabelSet } from '../alert/label-set.ts';
import { matchesAll } from '../alert/matcher.ts';
import type { InhibitRuleConfig } from '../config/types.ts';
import { Sources } from './inhibition-sources.ts';
import { type IndexEntry, MatcherIndex } from './matcher-index.ts';
import type { Muter } from './muter.ts';

const NONE: readonly string[] = [];

/** A rule's sources under one combination of `equal` values. */
interface Bucket {
  /** Match the source side only. */
  readonly oneSided: Sources;
  /** Match the target side too: they do not inhibit a target that is itself a source (Alertmanager's both-sides rule). */
  readonly twoSided: Sources;
}

interface Rule {
  readonly config: InhibitRuleConfig;
  readonly buckets: Map<string, Bucket>;
}

/** A rule as it is found by one of its sides. */
interface Side extends IndexEntry {
  readonly rule: Rule;
}

/** A rule that an alert is a target of, and where its sources are. */
interface Target {
  readonly rule: Rule;
  readonly key: string;
  readonly isSource: boolean;
}

/**
 * Inhibition: a firing source alert mutes the targets that have equal values for the rule's `equal` labels. It has
 * Alertmanager's intended semantics (any live source counts), not the quirks of its one-source index.
 *
 * Sources are indexed by their `equal` values and an alert's rules are remembered, so a question costs a look-up per
 * rule that applies, whatever the number of rules and sources.
 */
export class Inhibitor implements Muter {
  readonly #bySource = new MatcherIndex<Side>();
  readonly #byTarget = new MatcherIndex<Side>();
  readonly #hasRules: boolean;
  readonly #targets = new WeakMap<LabelSet, readonly Target[]>();
  /** The latest time of a question, ms. */
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(rules: readonly InhibitRuleConfig[]) {
    // A rule without matchers (a null item of the file) would match everything on both sides, so it mutes nothing.
    const acting = rules.filter((rule) => rule.sourceMatchers.length + rule.targetMatchers.length > 0);
    this.#hasRules = acting.length > 0;
    for (const [sequence, config] of acting.entries()) {
      const rule = { config, buckets: new Map() };
      this.#bySource.add({ rule, matcherSets: [config.sourceMatchers], sequence, removed: false });
      this.#byTarget.add({ rule, matcherSets: [config.targetMatchers], sequence, removed: false });
    }
  }

  /** Makes a new alert known as a possible source. Whether it fires is read from the record when it matters. */
  add(record: AlertRecord): void {
    this.#forEachRuleOf(record, ({ buckets }, key, twoSided) => {
      let bucket = buckets.get(key);
      if (!bucket) {
        bucket = { oneSided: new Sources(), twoSided: new Sources() };
        buckets.set(key, bucket);
      }
      (twoSided ? bucket.twoSided : bucket.oneSided).add(record);
    });
  }

  /** Makes a new version of an alert known. A refresh of one that has fired all the time costs nothing. */
  updated(record: AlertRecord, previous: Alert): void {
    if (previous.endsAt > this.#askedAt || record.alert.endsAt <= previous.endsAt) return;
    this.#forEachRuleOf(record, ({ buckets }, key, twoSided) => {
      const bucket = buckets.get(key);
      (twoSided ? bucket?.twoSided : bucket?.oneSided)?.updated(record);
    });
  }

  /** Forgets an alert that intake no longer holds. */
  remove(record: AlertRecord): void {
    this.#forEachRuleOf(record, ({ buckets }, key, twoSided) => {
      const bucket = buckets.get(key);
      if (!bucket) return;
      (twoSided ? bucket.twoSided : bucket.oneSided).remove(record);
      if (bucket.oneSided.size + bucket.twoSided.size === 0) buckets.delete(key);
    });
  }

  /** The fingerprint of one inhibiting alert (of the first rule that has one), or none. */
  mutes(labels: LabelSet, now: number): readonly string[] {
    if (!this.#hasRules) return NONE;
    if (now > this.#askedAt) this.#askedAt = now;
    for (const { rule, key, isSource } of this.#targetsOf(labels)) {
      const bucket = rule.buckets.get(key);
      if (!bucket) continue;
      const source = bucket.oneSided.live(now) ?? (isSource ? undefined : bucket.twoSided.live(now));
      if (source) return [source.fingerprint];
    }
    return NONE;
  }

  #targetsOf(labels: LabelSet): readonly Target[] {
    const known = this.#targets.get(labels);
    if (known) return known;
    const targets = this.#byTarget.matching(labels).found.map(({ rule }) => ({
      rule,
      key: equalKey(rule.config.equal, labels),
      isSource: matchesAll(rule.config.sourceMatchers, labels),
    }));
    this.#targets.set(labels, targets.length > 0 ? targets : NO_TARGETS);
    return targets;
  }

  #forEachRuleOf({ labels }: AlertRecord, act: (rule: Rule, key: string, twoSided: boolean) => void): void {
    if (!this.#hasRules) return;
    for (const { rule } of this.#bySource.matching(labels).found) {
      const { targetMatchers, equal } = rule.config;
      act(rule, equalKey(equal, labels), matchesAll(targetMatchers, labels));
    }
  }
}

const NO_TARGETS: readonly Target[] = [];

/** Values are preceded by their lengths: no alert can write a value that reads as two. Absent and empty are equal. */
function equalKey(names: readonly string[], labels: LabelSet): string {
  let key = '';
  for (const name of names) {
    const value = labels.get(name) ?? '';
    key += `${value.length}:${value}`;
  }
  return key;
}
