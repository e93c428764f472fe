/** Reading hostile JSON: what has the wrong type is as if it were absent. Own properties only. */
export type JsonObject = Readonly<Record<string, unknown>>;

const EMPTY: JsonObject = Object.freeze(Object.create(null) as Record<string, unknown>);

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value itself, or an empty object. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : EMPTY;
}

/** An object member, or an empty object. */
export function objectAt(parent: JsonObject, name: string): JsonObject {
  return asObject(valueAt(parent, name));
}

/** A text member, or ''. Lone surrogates become U+FFFD. */
export function textAt(parent: JsonObject, name: string): string {
  const value = valueAt(parent, name);
  return typeof value === 'string' ? value.toWellFormed() : '';
}

/** A text, number or boolean as text, or ''. */
export function scalarAt(parent: JsonObject, name: string): string {
  const value = valueAt(parent, name);
  if (typeof value === 'string') return value.toWellFormed();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A list member, or an empty list. */
export function listAt(parent: JsonObject, name: string): readonly unknown[] {
  const value = valueAt(parent, name);
  return Array.isArray(value) ? value : [];
}

/** Of a list member, the items that are objects. */
export function objectsAt(parent: JsonObject, name: string): readonly JsonObject[] {
  return listAt(parent, name).filter(isObject);
}

/** What an error says that it found. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function valueAt(parent: JsonObject, name: string): unknown {
  return Object.hasOwn(parent, name) ? parent[name] : undefined;
}
