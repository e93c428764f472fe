import { byteLength, sliceBytes, toBytes } from '../bytes.ts';
import { Failure } from '../errors.ts';
import { Int, SafeText, Slice, StringMap, typeName, type Value } from '../value.ts';

/** `len` @throws Failure */
export function length(value: Value): bigint {
  if (typeof value === 'string') return BigInt(byteLength(value));
  if (value instanceof SafeText) return BigInt(byteLength(value.text));
  if (value instanceof Slice) return BigInt(value.items.length);
  if (value instanceof StringMap) return BigInt(value.entries.size);
  if (value === null) throw new Failure('len of nil pointer');
  if (value === undefined) throw new Failure('reflect: call of reflect.Value.Type on zero Value');
  throw new Failure(`len of type ${typeName(value)}`);
}

/** `index` @throws Failure */
export function indexed([value, ...indexes]: readonly Value[]): Value {
  if (value === undefined || value === null) throw new Failure('index of untyped nil');
  let item: Value = value;
  for (const index of indexes) {
    if (item === null || item === undefined) throw new Failure('index of nil pointer');
    item = at(item, index);
  }
  return item;
}

function at(value: Value, index: Value): Value {
  if (value instanceof StringMap) return entry(value, index);
  const bytes = bytesOf(value);
  if (bytes === undefined && !(value instanceof Slice)) {
    throw new Failure(`can't index item of type ${typeName(value)}`);
  }
  const size = bytes === undefined ? (value as Slice).items.length : byteLength(bytes);
  const i = indexArgument(index, size);
  // Go's own check lets the length itself pass.
  if (i === size) throw new Failure(`reflect: ${bytes === undefined ? 'slice' : 'string'} index out of range`);
  if (bytes === undefined) return (value as Slice).items[i];
  return new Int('uint8', BigInt(toBytes(bytes)[i] ?? 0));
}

function entry(map: StringMap, index: Value): Value {
  if (index === undefined || index === null) throw new Failure('value is nil; should be of type string');
  if (typeof index !== 'string') throw new Failure(`value has type ${typeName(index)}; should be string`);
  return map.entries.get(index) ?? (map.type === 'template.KV' ? '' : null);
}

function indexArgument(index: Value, size: number): number {
  if (index === undefined || index === null) throw new Failure('cannot index slice/array with nil');
  if (typeof index !== 'bigint' && !(index instanceof Int)) {
    throw new Failure(`cannot index slice/array with type ${typeName(index)}`);
  }
  const value = typeof index === 'bigint' ? index : index.value;
  if (value < 0n || value > BigInt(size)) throw new Failure(`index out of range: ${value}`);
  return Number(value);
}

/** `slice` @throws Failure */
export function sliced([value, ...indexes]: readonly Value[]): Value {
  if (value === undefined || value === null) throw new Failure('slice of untyped nil');
  if (indexes.length > 3) throw new Failure(`too many slice indexes: ${indexes.length}`);
  const bytes = bytesOf(value);
  if (bytes !== undefined && indexes.length === 3) throw new Failure('cannot 3-index slice a string');
  if (bytes === undefined && !(value instanceof Slice)) {
    throw new Failure(`can't slice item of type ${typeName(value)}`);
  }
  const size = bytes === undefined ? (value as Slice).items.length : byteLength(bytes);
  const capacity = bytes === undefined ? (value as Slice).capacity : size;
  const [from = 0, to = size, limit = capacity] = indexes.map((index) => indexArgument(index, capacity));
  if (from > to) throw new Failure(`invalid slice index: ${from} > ${to}`);
  if (to > limit) throw new Failure(`invalid slice index: ${to} > ${limit}`);
  if (bytes === undefined) return sliceOf(value as Slice, from, to, limit);
  const text = sliceBytes(bytes, from, to);
  return value instanceof SafeText ? new SafeText(value.type, text) : text;
}

/** What lies between length and capacity is nil. */
function sliceOf(list: Slice, from: number, to: number, limit: number): Slice {
  const items = list.items.slice(from, to);
  while (items.length < to - from) items.push(null);
  return new Slice(list.type, items, { capacity: limit - from, isNil: list.isNil });
}

function bytesOf(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof SafeText ? value.text : undefined;
}
