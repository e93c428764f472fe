/** Functions and methods as templates call them: with Go's parameter types, by which arguments are read and refused. */
import type { Time } from '../time/go-time.ts';
import type { Budget } from './budget.ts';
import { Pointer, Slice, type SliceType, typeName, type Value } from './value.ts';

/** `reflect.Value`: a built-in that takes anything as it is; `interface {}`: anything, where no value is nil. */
export type ParameterType =
  | 'reflect.Value'
  | 'interface {}'
  | 'string'
  | 'bool'
  | 'int'
  | 'int64'
  | 'time.Duration'
  | 'time.Time'
  | '*time.Location'
  | '[]string'
  | '[]interface {}'
  | '[]uint8';

/** What a call may use besides its arguments. */
export interface CallContext {
  readonly budget: Budget;
  readonly now: () => Time;
  /** A route label by name, '' if there is none. @throws Failure */
  readonly routeLabel: (name: string) => string;
}

export interface Signature {
  readonly parameters: readonly ParameterType[];
  /** The type of the arguments behind those. */
  readonly variadic?: ParameterType;
  /** Go does not call it from a template: the error that it gives instead. */
  readonly unusable?: string;
}

export interface GoFunction extends Signature {
  /** @throws Failure */
  readonly call: (args: readonly Value[], context: CallContext) => Value;
}

export interface GoMethod<Receiver = never> extends Signature {
  /** @throws Failure */
  readonly call: (receiver: Receiver, args: readonly Value[]) => Value;
}

const NILABLE: ReadonlySet<ParameterType> = new Set([
  'reflect.Value',
  'interface {}',
  '*time.Location',
  '[]string',
  '[]interface {}',
  '[]uint8',
]);

/** Whether nil is a value of the type. */
export function canBeNil(type: ParameterType): boolean {
  return NILABLE.has(type);
}

/** nil as a value of the type. */
export function nilOf(type: ParameterType): Value {
  if (type === 'reflect.Value') return undefined;
  return type.startsWith('[]') ? new Slice(type as SliceType, [], { isNil: true }) : null;
}

/** The value as a parameter of this type takes it; undefined: it does not. `value` is neither nil nor "no value". */
export function assign(value: Value, type: ParameterType): Value {
  if (type === 'reflect.Value' || type === 'interface {}') return value;
  const given = typeName(value);
  if (given === type || (type === '[]string' && given === 'template.Strings')) return value;
  return value instanceof Pointer && `*${type}` === given ? value.target : undefined;
}
