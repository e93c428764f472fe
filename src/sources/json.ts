/** Reading hostile JSON: what has the wrong type is as if it were absent. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value's own object member, or an empty object. */
export function objectAt(parent: JsonObject, name: string): JsonObject {
  const value = own(parent, name);
  return isObject(value) ? value : {};
}

/** The value's own text member, or ''. Lone surrogates become U+FFFD. */
export function textAt(parent: JsonObject, name: string): string {
  const value = own(parent, name);
  return typeof value === 'string' ? value.toWellFormed() : '';
}

/** The value's own list member, or an empty list. */
export function listAt(parent: JsonObject, name: string): readonly unknown[] {
  const value = own(parent, name);
  return Array.isArray(value) ? value : [];
}

/** An own member: names such as `constructor` do not reach the prototype. */
export function own(parent: JsonObject, name: string): unknown {
  return Object.hasOwn(parent, name) ? parent[name] : undefined;
}

/** What an error says that it found. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
