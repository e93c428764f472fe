/** Go's json.Marshal of the values of templates. */
import type { Time } from '../time/go-time.ts';
import { formatLayout } from '../time/layout.ts';
import { Location } from '../time/location.ts';
import { runes } from './bytes.ts';
import { Failure } from './errors.ts';
import { Complex, Int, Pointer, SafeText, Slice, StringMap, Struct, typeName, type Value } from './value.ts';

/** @throws Failure for what JSON cannot hold. */
export function toJson(value: Value): string {
  switch (typeof value) {
    case 'string':
      return jsonString(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'number':
      return jsonNumber(value);
    default:
      return value === undefined || value === null ? 'null' : jsonObject(value);
  }
}

function jsonObject(value: Exclude<Value, undefined | null | boolean | string | bigint | number>): string {
  if (value instanceof Int) return String(value.value);
  if (value instanceof SafeText) return jsonString(value.text);
  if (value instanceof Slice) return jsonList(value);
  if (value instanceof StringMap) {
    if (value.isNil) return 'null';
    return `{${value.sortedKeys.map((key) => `${jsonString(key)}:${toJson(value.entries.get(key))}`).join()}}`;
  }
  if (value instanceof Pointer) return jsonStruct(value.target);
  if (value instanceof Struct) return jsonStruct(value);
  if (value instanceof Complex) throw new Failure(`json: unsupported type: ${typeName(value)}`);
  if (value instanceof Location) return '{}';
  return timeJson(value, 'json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: ');
}

function jsonList(slice: Slice): string {
  if (slice.isNil) return 'null';
  if (slice.type !== '[]uint8') return `[${slice.items.map(toJson).join()}]`;
  const bytes = slice.items.map((item) => Number((item as Int).value));
  return JSON.stringify(Buffer.from(bytes).toString('base64'));
}

function jsonStruct({ type, values }: Struct): string {
  const members: string[] = [];
  for (const [i, { json }] of type.fields.entries()) {
    if (json !== undefined) members.push(`"${json}":${toJson(values[i])}`);
  }
  return `{${members.join()}}`;
}

/** RFC 3339 in quotes. @throws Failure, whose text starts with `context`, for a time that it cannot hold. */
export function timeJson(time: Time, context: string): string {
  const { year } = time.date();
  if (year < 0 || year > 9999) throw new Failure(`${context}year outside of range [0,9999]`);
  const { offset } = time.location.at(time.seconds);
  if (Math.abs(offset) >= 24 * 3_600) throw new Failure(`${context}timezone hour outside of range [0,23]`);
  return `"${formatLayout(time, '2006-01-02T15:04:05.999999999Z07:00')}"`;
}

const ESCAPED = /[<>&\u2028\u2029]/g;

/** A stray byte becomes an escaped U+FFFD; other characters stay as they are. */
export function jsonString(text: string): string {
  const quoted = text.isWellFormed() ? JSON.stringify(text) : `"${runes(text).map(jsonCharacter).join('')}"`;
  return quoted.replace(ESCAPED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function jsonCharacter(character: string): string {
  return character.isWellFormed() ? JSON.stringify(character).slice(1, -1) : '\\ufffd';
}

function jsonNumber(value: number): string {
  if (!Number.isFinite(value)) {
    throw new Failure(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`);
  }
  if (Object.is(value, -0)) return '-0';
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-6 && size < 1e21) ? String(value) : value.toExponential();
}
