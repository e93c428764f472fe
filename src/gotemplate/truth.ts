import { Complex, Int, SafeText, Slice, StringMap, type Value } from './value.ts';

/** What `if`, `with`, `and`, `or` and `not` go by. Structs, times among them, are always true. */
export function truth(value: Value): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'object') return Number.isNaN(value) || Boolean(value);
  if (value instanceof Int) return value.value !== 0n;
  if (value instanceof Slice) return value.items.length > 0;
  if (value instanceof StringMap) return value.entries.size > 0;
  if (value instanceof SafeText) return value.text !== '';
  if (value instanceof Complex) return value.re !== 0 || value.im !== 0;
  return true;
}
