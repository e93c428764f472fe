import type { Budget } from './budget.ts';
import { METHODS } from './methods.ts';
import type { GoMethod, Signature } from './signature.ts';
import { InInterface, Pointer, StringMap, Struct, typeName, type Value } from './value.ts';

export type Field =
  | { readonly kind: 'field' | 'entry'; readonly value: Value | InInterface }
  | { readonly kind: 'unexported' };

/** The method of that name, bound to the value. */
export function methodOf(
  value: Value,
  name: string,
  budget: Budget,
): (Signature & { readonly call: (args: readonly Value[]) => Value }) | undefined {
  const method: GoMethod<Value> | undefined = METHODS.get(typeName(value))?.get(name);
  return method && { ...method, call: (args) => method.call(budget.workOn(value), args) };
}

/** The field of a struct or the entry of a map; a missing entry is the zero value of the map's type. */
export function fieldOf(value: Value, name: string): Field | undefined {
  if (value instanceof Pointer) return fieldOf(value.target, name);
  if (value instanceof StringMap) {
    const entry = value.entries.get(name);
    return { kind: 'entry', value: value.type === 'template.KV' ? (entry ?? '') : InInterface.of(entry) };
  }
  if (!(value instanceof Struct)) return undefined;
  const index = value.type.fields.findIndex((field) => field.name === name);
  if (index < 0) return undefined;
  return value.type.fields[index]?.exported ? { kind: 'field', value: value.values[index] } : { kind: 'unexported' };
}
