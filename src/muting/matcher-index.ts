import type { LabelSet } from '../alert/label-set.ts';
import { type Matcher, matchesAll } from '../alert/matcher.ts';

/** What matches an alert when all matchers of one of its sets do. */
export interface IndexEntry {
  readonly matcherSets: readonly (readonly Matcher[])[];
  /** Rises with each entry that is added. */
  readonly sequence: number;
  /** No longer held. */
  readonly removed: boolean;
}

/** Where the entries are that ask something of one label. */
interface LabelIndex<E> {
  /** By a value that the label must have. */
  readonly values: Map<string, Set<E>>;
  /** By the length of a beginning that the value must have, then by that beginning. */
  readonly prefixes: Map<number, Map<string, Set<E>>>;
  /** By three letters, folded, that the value must contain. */
  readonly trigrams: Map<string, Set<E>>;
}

/** A matcher with more values or beginnings than this is no use as the place of an entry. */
const MOST_KEYS = 256;

const TRIGRAM = 3;

/**
 * Finds the silences, or the inhibition rules, that match an alert without going through all of them. Each matcher set
 * stands under one of its matchers: under the values that it allows, or under how they begin, or under three letters that
 * they contain; of several places the one with the fewest others. What asks for none of these is gone through.
 */
export class MatcherIndex<E extends IndexEntry> {
  readonly #labels = new Map<string, LabelIndex<E>>();
  readonly #others = new Set<E>();

  add(entry: E): void {
    for (const set of entry.matcherSets) for (const bucket of this.#place(set)) bucket.add(entry);
  }

  /** The entries that each question goes through. */
  get unplaced(): ReadonlySet<E> {
    return this.#others;
  }

  /** Takes out all entries that are `removed`. */
  sweep(): void {
    sweep(this.#others);
    for (const [name, { values, prefixes, trigrams }] of this.#labels) {
      sweepMap(values);
      sweepMap(trigrams);
      for (const [length, beginnings] of prefixes) {
        sweepMap(beginnings);
        if (beginnings.size === 0) prefixes.delete(length);
      }
      if (values.size + prefixes.size + trigrams.size === 0) this.#labels.delete(name);
    }
  }

  /** The entries that match, in the order of their sequence. `scanned` counts those that were tested. */
  matching(labels: LabelSet): { found: readonly E[]; scanned: number } {
    const found = new Set<E>();
    let scanned = 0;
    const test = (bucket: ReadonlySet<E> | undefined): void => {
      if (!bucket) return;
      scanned += bucket.size;
      for (const entry of bucket) if (matchesEntry(entry, labels)) found.add(entry);
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
      for (const bucket of containing(index.trigrams, value)) test(bucket);
    }
    test(this.#others);
    return { found: [...found].sort((a, b) => a.sequence - b.sequence), scanned };
  }

  #place(set: readonly Matcher[]): Set<E>[] {
    let best: Set<E>[] = [this.#others];
    let company = Number.POSITIVE_INFINITY;
    for (const matcher of set) {
      for (const buckets of this.#places(matcher)) {
        const size = Math.max(...buckets.map((bucket) => bucket.size));
        if (size >= company) continue;
        best = buckets;
        company = size;
      }
    }
    return best;
  }

  /** None for a matcher that also matches an absent label, or anything. */
  *#places({ name, onlyValues, prefixes, contained }: Matcher): Generator<Set<E>[]> {
    if (onlyValues) {
      if (onlyValues.size > MOST_KEYS || onlyValues.has('')) return;
      const { values } = this.#labelIndex(name);
      yield [...onlyValues].map((value) => getOrAdd(values, value, newBucket<E>));
      return;
    }
    if (prefixes.length <= MOST_KEYS && !prefixes.includes('')) {
      const index = this.#labelIndex(name);
      yield [...new Set(prefixes)].map((prefix) => {
        const beginnings = getOrAdd(index.prefixes, prefix.length, () => new Map<string, Set<E>>());
        return getOrAdd(beginnings, prefix, newBucket<E>);
      });
    }
    if (contained.length <= MOST_KEYS && contained.every((text) => text.length >= TRIGRAM)) {
      const { trigrams } = this.#labelIndex(name);
      yield [...new Set(contained)].map((text) => rarest(trigrams, fold(text)));
    }
  }

  #labelIndex(name: string): LabelIndex<E> {
    return getOrAdd(this.#labels, name, () => ({ values: new Map(), prefixes: new Map(), trigrams: new Map() }));
  }
}

/**
 * Makes texts equal that a regular expression takes as equal but for case, as far as ASCII goes; unlike toLowerCase it
 * treats each character alike wherever it stands.
 */
function fold(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()).replace(/[\u017f\u212a]/g, foldSpecial);
}

/** The two characters that are equal to an ASCII letter but for case: long s and the kelvin sign. */
function foldSpecial(char: string): string {
  return char === '\u017f' ? 's' : 'k';
}

/** Of the three letters of a text, those with the fewest entries. */
function rarest<E>(trigrams: Map<string, Set<E>>, text: string): Set<E> {
  let best = text.slice(0, TRIGRAM);
  for (let i = 1; i + TRIGRAM <= text.length && (trigrams.get(best)?.size ?? 0) > 0; i++) {
    const next = text.slice(i, i + TRIGRAM);
    if ((trigrams.get(next)?.size ?? 0) < (trigrams.get(best)?.size ?? 0)) best = next;
  }
  return getOrAdd(trigrams, best, newBucket<E>);
}

/** The entries under three letters of a value, each set once. */
function containing<E>(trigrams: ReadonlyMap<string, Set<E>>, value: string): ReadonlySet<Set<E>> {
  const found = new Set<Set<E>>();
  if (trigrams.size === 0) return found;
  const text = fold(value);
  for (let i = 0; i + TRIGRAM <= text.length; i++) {
    const bucket = trigrams.get(text.slice(i, i + TRIGRAM));
    if (bucket) found.add(bucket);
  }
  return found;
}

export function matchesEntry({ matcherSets }: IndexEntry, labels: LabelSet): boolean {
  for (const set of matcherSets) if (matchesAll(set, labels)) return true;
  return false;
}

function newBucket<E>(): Set<E> {
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

function sweepMap(buckets: Map<string, Set<IndexEntry>>): void {
  for (const [key, bucket] of buckets) {
    sweep(bucket);
    if (bucket.size === 0) buckets.delete(key);
  }
}

function sweep(bucket: Set<IndexEntry>): void {
  for (const entry of bucket) if (entry.removed) bucket.delete(entry);
}
