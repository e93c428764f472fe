import type { LabelSet } from '../alert/label-set.ts';
import { type Matcher, matchesAll } from '../alert/matcher.ts';
import type { Silence } from './silence.ts';

/** A held silence. An update in place replaces `silence`, never its matchers. */
export interface SilenceEntry {
  silence: Silence;
  readonly matcherSets: Silence['matcherSets'];
  /** Rises with each silence that is added. */
  readonly sequence: number;
  /** No longer held. */
  removed: boolean;
}

type Bucket = Set<SilenceEntry>;

/** Where the silences are that ask something of one label. */
interface LabelIndex {
  /** By a value that the label must have. */
  readonly values: Map<string, Bucket>;
  /** By the length of a beginning that the value must have, then by that beginning. */
  readonly prefixes: Map<number, Map<string, Bucket>>;
}

/** A matcher with more values or beginnings than this is no use as the place of a silence. */
const MOST_KEYS = 256;

/**
 * Finds the silences that may match an alert without going through all of them. Each matcher set stands under one of
 * its matchers: under the values, or the beginnings of values, that it allows; of several the one in least company.
 * What asks for neither is gone through.
 */
export class SilenceIndex {
  readonly #labels = new Map<string, LabelIndex>();
  readonly #others: Bucket = new Set();

  add(entry: SilenceEntry): void {
    for (const set of entry.matcherSets) for (const bucket of this.#place(set)) bucket.add(entry);
  }

  /** Takes out all entries that are `removed`. */
  sweep(): void {
    sweep(this.#others);
    for (const [name, { values, prefixes }] of this.#labels) {
      sweepMap(values);
      for (const [length, beginnings] of prefixes) {
        sweepMap(beginnings);
        if (beginnings.size === 0) prefixes.delete(length);
      }
      if (values.size + prefixes.size === 0) this.#labels.delete(name);
    }
  }

  /** The entries that match. `scanned` counts those that were tested. */
  matching(labels: LabelSet): { found: SilenceEntry[]; scanned: number } {
    const found: SilenceEntry[] = [];
    let scanned = 0;
    const test = (bucket: Bucket | undefined): void => {
      if (!bucket) return;
      scanned += bucket.size;
      for (const entry of bucket) if (matchesEntry(entry, labels) && !found.includes(entry)) found.push(entry);
    };
    const { pairs } = labels;
    for (let i = 0; i < pairs.length; i += 2) {
      const index = this.#labels.get(pairs[i] as string);
      if (!index) continue;
      const value = pairs[i + 1] as string;
      test(index.values.get(value));
      for (const [length, beginnings] of index.prefixes) {
        if (length <= value.length) test(beginnings.get(value.slice(0, length)));
      }
    }
    test(this.#others);
    return { found, scanned };
  }

  #place(set: readonly Matcher[]): Bucket[] {
    let best: Bucket[] = [this.#others];
    let company = Number.POSITIVE_INFINITY;
    for (const matcher of set) {
      const buckets = this.#bucketsOf(matcher);
      if (!buckets) continue;
      const size = Math.max(...buckets.map((bucket) => bucket.size));
      if (size < company) {
        best = buckets;
        company = size;
      }
    }
    return best;
  }

  /** undefined for a matcher that also matches an absent label, or anything. */
  #bucketsOf({ name, onlyValues, prefixes }: Matcher): Bucket[] | undefined {
    if (onlyValues) {
      if (onlyValues.size > MOST_KEYS || onlyValues.has('')) return undefined;
      const { values } = this.#labelIndex(name);
      return [...onlyValues].map((value) => getOrAdd(values, value, newBucket));
    }
    if (prefixes.length > MOST_KEYS || prefixes.includes('')) return undefined;
    const index = this.#labelIndex(name);
    return [...new Set(prefixes)].map((prefix) => {
      const beginnings = getOrAdd(index.prefixes, prefix.length, () => new Map<string, Bucket>());
      return getOrAdd(beginnings, prefix, newBucket);
    });
  }

  #labelIndex(name: string): LabelIndex {
    return getOrAdd(this.#labels, name, () => ({ values: new Map(), prefixes: new Map() }));
  }
}

export function matchesEntry({ matcherSets }: SilenceEntry, labels: LabelSet): boolean {
  for (const set of matcherSets) if (matchesAll(set, labels)) return true;
  return false;
}

function newBucket(): Bucket {
  return new Set();
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}

function sweepMap(buckets: Map<string, Bucket>): void {
  for (const [key, bucket] of buckets) {
    sweep(bucket);
    if (bucket.size === 0) buckets.delete(key);
  }
}

function sweep(bucket: Bucket): void {
  for (const entry of bucket) if (entry.removed) bucket.delete(entry);
}
