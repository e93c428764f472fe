import { ADDED_FIELDS } from './known-differences.ts';

/** ms that two servers' own times may differ: both get each request at almost the same moment. */
const CLOSE = 1_000;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
/** Go lists the methods that are allowed in any order. */
const METHODS = /(?<=is not allowed, but \[)[A-Z,]+/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface CompareOptions {
  /** Paths (`[]` for any index) whose values are each program's own. */
  readonly ignore?: readonly string[];
  /** Whether the candidate has the fields that newer versions added. */
  readonly added: boolean;
}

/**
 * How the candidate's JSON differs from the reference's, a line each: shape, order of keys, values. Times that the
 * server sets may differ a little and ids are random.
 * @param path what is compared, e.g. `webhook`: the beginning of the paths in the known differences.
 */
export function differences(reference: unknown, candidate: unknown, path: string, options: CompareOptions): string[] {
  const place = path.replace(/\[\d+\]/g, '[]');
  if (options.ignore?.includes(place)) return [];
  if (Array.isArray(reference) && Array.isArray(candidate)) {
    if (reference.length !== candidate.length) return [difference(path, reference, candidate)];
    return reference.flatMap((item, i) => differences(item, candidate[i], `${path}[${i}]`, options));
  }
  if (isObject(reference) && isObject(candidate)) return objectDifferences(reference, candidate, path, options);
  return sameValue(reference, candidate) ? [] : [difference(path, reference, candidate)];
}

type Json = Record<string, unknown>;

function objectDifferences(reference: Json, candidate: Json, path: string, options: CompareOptions): string[] {
  const place = path.replace(/\[\d+\]/g, '[]');
  const added = Object.keys(ADDED_FIELDS)
    .filter((field) => options.added && field.slice(0, field.lastIndexOf('.')) === place)
    .map((field) => field.slice(field.lastIndexOf('.') + 1));
  const missing = added.filter((key) => !(key in candidate)).map((key) => `${path} has no ${key}`);
  const keys = Object.keys(candidate).filter((key) => !added.includes(key));
  const order = sameValue(Object.keys(reference).join(), keys.join())
    ? []
    : [difference(`keys of ${path}`, Object.keys(reference), keys)];
  const values = Object.keys(reference)
    .filter((key) => key in candidate)
    .flatMap((key) => differences(reference[key], candidate[key], `${path}.${key}`, options));
  return [...missing, ...order, ...values];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sameValue(reference: unknown, candidate: unknown): boolean {
  if (reference === candidate) return true;
  if (typeof reference !== 'string' || typeof candidate !== 'string') return false;
  if (UUID.test(reference)) return UUID.test(candidate);
  if (METHODS.test(reference)) return sortMethods(reference) === sortMethods(candidate);
  if (!TIME.test(reference) || !TIME.test(candidate)) return false;
  return Math.abs(Date.parse(reference) - Date.parse(candidate)) <= CLOSE;
}

function sortMethods(text: string): string {
  return text.replace(METHODS, (methods) => methods.split(',').sort().join());
}

function difference(path: string, reference: unknown, candidate: unknown): string {
  return `${path}: Alertmanager ${JSON.stringify(reference)}, here ${JSON.stringify(candidate)}`;
}
