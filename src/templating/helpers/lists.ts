import { compareBytes } from '../../alert/label-set.ts';
import { type Helpers, listOf, own, property, textOf } from '../helper.ts';

interface Pair {
  readonly name: string;
  readonly value: string;
}

/** Lists and maps: Alertmanager's list, append and dict, Go's len, index and slice, and the methods of a label set. */
export const listHelpers: Helpers = {
  list: (args) => [...args],
  append: ([list, ...added]) => [...listOf(list), ...added],
  dict: (args) => {
    if (args.length % 2 !== 0) throw new Error('dict requires an even number of arguments');
    const map = Object.create(null) as Record<string, unknown>;
    for (let i = 0; i < args.length; i += 2) {
      if (typeof args[i] !== 'string') throw new Error('dict keys must be strings');
      map[args[i] as string] = args[i + 1];
    }
    return map;
  },
  len: ([value]) => (typeof value === 'string' ? Buffer.byteLength(value) : listOf(value).length),
  /** `index labels "app.kubernetes.io/name"`, `index alerts 0`: '' where there is nothing. */
  index: ([container, ...keys]) => keys.reduce<unknown>((value, key) => property(value, textOf(key)), container) ?? '',
  /** Handlebars' own. */
  lookup: ([container, key]) => (container ? own(container, textOf(key)) : container),
  /** `slice list 1 3`, also of a text. */
  slice: ([value, from, to]) => {
    const start = Number(textOf(from)) || 0;
    const end = to === undefined ? undefined : Number(textOf(to)) || 0;
    return typeof value === 'string' ? value.slice(start, end) : listOf(value).slice(start, end);
  },
  first: ([value]) => listOf(value)[0],
  last: ([value]) => listOf(value).at(-1),
  /** Name/value pairs: alertname first, the rest by name. */
  sortedPairs: ([pairs]) => sortedPairs(pairs),
  names: ([pairs]) => pairsOf(pairs).map((pair) => pair.name),
  values: ([pairs]) => pairsOf(pairs).map((pair) => pair.value),
  /** `remove labels "severity" "team"`, or with a list of names. */
  remove: ([labels, ...names]) => {
    const dropped = new Set(names.flatMap((name) => (Array.isArray(name) ? name : [name])).map(textOf));
    const left = Object.create(null) as Record<string, string>;
    for (const { name, value } of sortedPairs(labels)) if (!dropped.has(name)) left[name] = value;
    return left;
  },
};

export function sortedPairs(labels: unknown): Pair[] {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return [];
  return Object.entries(labels)
    .map(([name, value]) => ({ name, value: textOf(value) }))
    .sort((a, b) => {
      if (a.name === 'alertname' || b.name === 'alertname') return a.name === 'alertname' ? -1 : 1;
      return compareBytes(a.name, b.name);
    });
}

/** Of a list of pairs as it is, of a map sorted. */
function pairsOf(value: unknown): Pair[] {
  if (!Array.isArray(value)) return sortedPairs(value);
  return value.map((pair) => ({ name: textOf(property(pair, 'name')), value: textOf(property(pair, 'value')) }));
}
