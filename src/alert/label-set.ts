import { fingerprint } from './fingerprint.ts';

/**
 * Orders strings by their UTF-8 bytes, as Go does. JavaScript's own order (UTF-16 units) differs only where a
 * surrogate pair meets a unit of U+E000 to U+FFFF.
 */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      const surrogateX = x >= 0xd800 && x <= 0xdfff;
      const surrogateY = y >= 0xd800 && y <= 0xdfff;
      if (surrogateX !== surrogateY) return surrogateX ? 1 : -1;
      return x < y ? -1 : 1;
    }
  }
  return a.length - b.length;
}

/**
 * An immutable set of name/value pairs sorted by name (bytewise): an alert's labels, its annotations, a group's labels.
 *
 * Kept as one flat array `[name, value, name, value, ...]`: small, safe for names such as `__proto__`, and quick to
 * search for the handful of pairs that an alert has.
 */
export class LabelSet {
  static readonly empty = new LabelSet([]);

  readonly pairs: readonly string[];
  #fingerprint: string | undefined;

  private constructor(pairs: readonly string[]) {
    this.pairs = pairs;
  }

  /** Builds a set from name/value entries; of a repeated name the last wins. */
  static from(entries: Iterable<readonly [string, string]>): LabelSet {
    const pairs: string[] = [];
    for (const [name, value] of entries) pairs.push(name, value);
    return LabelSet.fromPairs(pairs);
  }

  /** Builds a set from an object's own enumerable properties. */
  static of(object: Readonly<Record<string, string>>): LabelSet {
    return LabelSet.from(Object.entries(object));
  }

  /** Builds a set from a flat, unsorted `[name, value, ...]` array, which it takes over (sorted in place). */
  static fromPairs(pairs: string[]): LabelSet {
    if (pairs.length === 0) return LabelSet.empty;
    return new LabelSet(sortPairs(pairs));
  }

  get size(): number {
    return this.pairs.length / 2;
  }

  /** The value, or undefined where the label is absent. */
  get(name: string): string | undefined {
    const pairs = this.pairs;
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return pairs[i + 1];
    return undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  *entries(): Generator<[string, string]> {
    const pairs = this.pairs;
    for (let i = 0; i < pairs.length; i += 2) yield [pairs[i] as string, pairs[i + 1] as string];
  }

  /** Keeps the pairs for which `keep` says true. */
  filter(keep: (name: string, value: string) => boolean): LabelSet {
    const pairs: string[] = [];
    for (const [name, value] of this.entries()) if (keep(name, value)) pairs.push(name, value);
    return pairs.length === this.pairs.length ? this : new LabelSet(pairs);
  }

  equals(other: LabelSet): boolean {
    const a = this.pairs;
    const b = other.pairs;
    if (a === b) return true;
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  }

  /** Alertmanager's fingerprint, 16 hex digits; computed once. */
  get fingerprint(): string {
    this.#fingerprint ??= fingerprint(this.pairs);
    return this.#fingerprint;
  }

  /** A plain object without a prototype, so that no label name can reach one. Serialises as a JSON object in name order. */
  toJSON(): Record<string, string> {
    const object = Object.create(null) as Record<string, string>;
    const pairs = this.pairs;
    for (let i = 0; i < pairs.length; i += 2) object[pairs[i] as string] = pairs[i + 1] as string;
    return object;
  }

  /** `{a="v", b="w"}` with Go-quoted values: the form of a group key's label part (as Go's LabelSet.String). */
  toString(): string {
    const parts: string[] = [];
    for (const [name, value] of this.entries()) parts.push(`${name}=${goQuote(value)}`);
    return `{${parts.join(', ')}}`;
  }
}

/**
 * Compares label sets as Go's LabelSet.Before does: fewer labels first; else, over the sorted union of names, the set
 * that lacks a name comes first, then the smaller value.
 */
export function compareLabelSets(a: LabelSet, b: LabelSet): number {
  if (a.size !== b.size) return a.size - b.size;
  const x = a.pairs;
  const y = b.pairs;
  for (let i = 0; i < x.length; i += 2) {
    const byName = compareBytes(x[i] as string, y[i] as string);
    // The set whose name is larger lacks the smaller one, so it sorts first.
    if (byName !== 0) return -byName;
    const byValue = compareBytes(x[i + 1] as string, y[i + 1] as string);
    if (byValue !== 0) return byValue;
  }
  return 0;
}

const NON_PRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** Quotes like Go's strconv.Quote: non-printable characters escaped, printable non-ASCII kept. */
export function goQuote(text: string): string {
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  let out = '"';
  for (const char of text) {
    if (char === '"' || char === '\\') out += `\\${char}`;
    else if (SHORT_ESCAPES[char] !== undefined) out += SHORT_ESCAPES[char];
    else if (!NON_PRINTABLE.test(char)) out += char;
    else {
      const code = char.codePointAt(0) as number;
      if (code < 0x80) out += `\\x${code.toString(16).padStart(2, '0')}`;
      else if (code < 0x10000) out += `\\u${code.toString(16).padStart(4, '0')}`;
      else out += `\\U${code.toString(16).padStart(8, '0')}`;
    }
  }
  return `${out}"`;
}

/** Longest set, in pairs, that is left to insertion sort: beyond it a hostile order would cost quadratic time. */
const SHORT = 64;

/** Insertion sort by name with last-wins on equal names: label sets are short and often already sorted. */
function sortPairs(pairs: string[]): string[] {
  if (pairs.length > 2 * SHORT) sortMany(pairs);
  let repeated = false;
  for (let i = 2; i < pairs.length; i += 2) {
    const name = pairs[i] as string;
    const value = pairs[i + 1] as string;
    let j = i - 2;
    while (j >= 0 && compareBytes(pairs[j] as string, name) > 0) {
      pairs[j + 2] = pairs[j] as string;
      pairs[j + 3] = pairs[j + 1] as string;
      j -= 2;
    }
    pairs[j + 2] = name;
    pairs[j + 3] = value;
    if (j >= 0 && pairs[j] === name) repeated = true;
  }
  if (!repeated) return pairs;
  const unique: string[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    if (pairs[i] !== pairs[i + 2]) unique.push(pairs[i] as string, pairs[i + 1] as string);
  }
  return unique;
}

/** Sorts a long set in place, equal names in their order. */
function sortMany(pairs: string[]): void {
  const entries: [string, string][] = [];
  for (let i = 0; i < pairs.length; i += 2) entries.push([pairs[i] as string, pairs[i + 1] as string]);
  entries.sort(([a], [b]) => compareBytes(a, b));
  entries.forEach(([name, value], i) => {
    pairs[2 * i] = name;
    pairs[2 * i + 1] = value;
  });
}
