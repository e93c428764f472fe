import type { Time } from '../../time/go-time.ts';
import { compareBytes } from '../bytes.ts';
import { Failure } from '../errors.ts';
import { sprint, sprintf } from '../fmt.ts';
import { Complex, Int, Pointer, SafeText, Slice, StringMap, Struct, typeName, type Value } from '../value.ts';

type Kind = 'bool' | 'int' | 'uint' | 'float' | 'complex' | 'string' | undefined;

function kindOf(value: Value): Kind {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'string' || value instanceof SafeText) return 'string';
  if (value instanceof Complex) return 'complex';
  if (value instanceof Int) return value.type.startsWith('uint') ? 'uint' : 'int';
  return undefined;
}

function integer(value: Value): bigint {
  return value instanceof Int ? value.value : (value as bigint);
}

function text(value: Value): string {
  return value instanceof SafeText ? value.text : (value as string);
}

/** Whether the first equals one of the others; those behind it are not looked at. @throws Failure */
export function equalsOne([first, ...others]: readonly Value[]): boolean {
  if (others.length === 0) throw new Failure('missing argument for comparison');
  return others.some((other) => equal(first, other));
}

function equal(a: Value, b: Value): boolean {
  const kind = kindOf(a);
  const other = kindOf(b);
  if (kind !== other) {
    if (isInteger(kind) && isInteger(other)) return integer(a) === integer(b);
    if (a === undefined || a === null || b === undefined || b === null) return false;
    throw incompatible(a, b);
  }
  if (kind === 'string') return text(a) === text(b);
  if (kind === 'int' || kind === 'uint') return integer(a) === integer(b);
  if (kind === 'complex') return sameComplex(a as Complex, b as Complex);
  return kind === undefined ? sameOther(a, b) : a === b;
}

function sameComplex(a: Complex, b: Complex): boolean {
  return a.re === b.re && a.im === b.im;
}

/** Lists, maps, structs and nil: `==` on Go's interfaces. */
function sameOther(a: Value, b: Value): boolean {
  const aKind = reflectKind(a);
  const bKind = reflectKind(b);
  if (aKind !== bKind && aKind !== 'invalid' && bKind !== 'invalid') {
    throw new Failure(`non-comparable types ${sprintf('%s', [a])}: ${typeName(a)}, ${typeName(b)}: ${sprint([b])}`);
  }
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b);
  if (!isComparable(b)) throw new Failure(`non-comparable type ${sprintf('%s', [b])}: ${typeName(b)}`);
  return typeName(a) === typeName(b) && sameStruct(a, b);
}

function reflectKind(value: Value): string {
  if (value === undefined || value === null) return 'invalid';
  if (value instanceof Slice) return 'slice';
  if (value instanceof StringMap) return 'map';
  return value instanceof Pointer || typeName(value).startsWith('*') ? 'pointer' : 'struct';
}

function isNil(value: Value): boolean {
  return (
    value === undefined || value === null || ((value instanceof Slice || value instanceof StringMap) && value.isNil)
  );
}

function isComparable(value: Value): boolean {
  if (value instanceof Slice || value instanceof StringMap) return false;
  return !(value instanceof Struct) || value.type.name === 'template.Pair';
}

function sameStruct(a: Value, b: Value): boolean {
  if (a instanceof Struct && b instanceof Struct) return a.values.every((value, i) => equal(value, b.values[i]));
  if (reflectKind(a) === 'pointer') return a === b;
  const [first, second] = [a as Time, b as Time];
  // Of times, the zone counts, too.
  return first.compare(second) === 0 && first.location === second.location;
}

/** @throws Failure for what has no order. */
export function less(a: Value, b: Value): boolean {
  const kind = kindOf(a);
  const other = kindOf(b);
  if (kind === undefined || other === undefined) throw badType();
  if (isInteger(kind) && isInteger(other)) return integer(a) < integer(b);
  if (kind !== other) throw incompatible(a, b);
  if (kind === 'string') return compareBytes(text(a), text(b)) < 0;
  if (kind === 'float') return (a as number) < (b as number);
  throw badType();
}

/** @throws Failure */
export function lessOrEqual(a: Value, b: Value): boolean {
  return less(a, b) || equal(a, b);
}

function isInteger(kind: Kind): boolean {
  return kind === 'int' || kind === 'uint';
}

function badType(): Failure {
  return new Failure('invalid type for comparison');
}

function incompatible(a: Value, b: Value): Failure {
  return new Failure(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
}
