/**
 * Freezes plain objects, arrays and maps all the way down. Instances of classes (matchers, label sets, secrets) are
 * immutable by themselves and left alone.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map) return freezeMap(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
  return value;
}

/** Object.freeze alone does not keep a map from being written to. */
function freezeMap<T extends Map<unknown, unknown>>(map: T): T {
  const refuse = (): never => {
    throw new TypeError('the configuration is frozen');
  };
  Object.defineProperties(map, { set: { value: refuse }, delete: { value: refuse }, clear: { value: refuse } });
  Object.freeze(map);
  for (const child of map.values()) deepFreeze(child);
  return map;
}
