/** Lists and maps that templates make themselves. */
import { DEEPEST_VALUE, LARGEST_VALUE, LimitFailure } from '../budget.ts';
import { Failure } from '../errors.ts';
import { sprint } from '../fmt.ts';
import { SafeText, Slice, StringMap, typeName, type Value } from '../value.ts';

interface Size {
  /** Elements and characters with all that is in it, shared parts each time they occur. */
  readonly total: number;
  readonly depth: number;
}

const EMPTY: Size = { total: 1, depth: 1 };
const sizes = new WeakMap<Slice | StringMap, Size>();

/** Notes the size of a list or dict from those of what it holds, which are known. @throws LimitFailure */
function measured<T extends Slice | StringMap>(value: T, before: Size, added: Iterable<Value>): T {
  let { total, depth } = before;
  for (const item of added) {
    const size = sizeOf(item);
    total += size.total;
    depth = Math.max(depth, size.depth + 1);
  }
  if (total > LARGEST_VALUE) {
    throw new LimitFailure(`a list or dict holds more than ${LARGEST_VALUE} elements and characters`);
  }
  if (depth > DEEPEST_VALUE) throw new LimitFailure(`lists and dicts are nested more than ${DEEPEST_VALUE} deep`);
  sizes.set(value, { total, depth });
  return value;
}

function sizeOf(value: Value): Size {
  if (typeof value === 'string') return { total: 1 + value.length, depth: 0 };
  if (value instanceof SafeText) return { total: 1 + value.text.length, depth: 0 };
  if (value instanceof Slice || value instanceof StringMap) {
    const count = value instanceof Slice ? value.items.length : value.entries.size;
    return sizes.get(value) ?? { total: 1 + count, depth: 1 };
  }
  return { total: 1, depth: 0 };
}

/** nil is what no value becomes. */
export function list(items: readonly Value[]): Slice {
  return measured(new Slice('[]interface {}', items), EMPTY, items);
}

/** As Go's append: a list that outgrows its capacity gets twice as much. */
export function append([before, ...items]: readonly Value[]): Slice {
  const { items: old, capacity, isNil } = before as Slice;
  if (items.length === 0) return before as Slice;
  const count = old.length + items.length;
  const grown = count <= capacity ? capacity : Math.max(count, capacity * 2);
  return measured(
    new Slice('[]interface {}', [...old, ...items], { capacity: grown, isNil: isNil && count === 0 }),
    sizeOf(before),
    items,
  );
}

/** @throws Failure */
export function dict(values: readonly Value[]): StringMap {
  if (values.length % 2 !== 0) throw new Failure('dict requires an even number of arguments');
  const entries = new Map<string, Value>();
  for (let i = 0; i < values.length; i += 2) {
    const key = values[i];
    if (typeof key !== 'string') throw new Failure('dict keys must be strings');
    entries.set(key, values[i + 1]);
  }
  return measured(new StringMap('map[string]interface {}', entries), EMPTY, entries.values());
}

/** `join` @throws Failure */
export function join(separator: string, value: Value): string {
  if (value === undefined || value === null) return '';
  if (!(value instanceof Slice)) throw new Failure(`join expects a slice or array, got ${typeName(value)}`);
  return joined(value, separator);
}

/** Elements as `print` shows them. @throws LimitFailure */
export function joined({ items }: Slice, separator: string): string {
  const texts = items.map((item) => (typeof item === 'string' ? item : sprint([item])));
  const size = texts.reduce((sum, text) => sum + text.length + separator.length, 0);
  if (size > LARGEST_VALUE) throw new LimitFailure(`the text passes ${LARGEST_VALUE} characters`);
  return texts.join(separator);
}
