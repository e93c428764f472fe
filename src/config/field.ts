import { editDistance } from './edit-distance.ts';
import { isNull, type YamlNode } from './node.ts';
import type { Place } from './place.ts';

/** Reads one kind of value from the file, and writes it back for `config.original`. */
export interface Field<T> {
  /** @returns undefined when it has reported a problem, or when the text means "not set". Never throws. */
  read(place: Place): T | undefined;
  /** The value as YAML data; undefined leaves the key out. */
  write(value: T): unknown;
  /** A key of `global` that is not set has this value. */
  readonly fallback?: T;
  /** `config.original` leaves the key out: see `hidden`. */
  readonly isHidden?: boolean;
  /** Shown in `config.original` where the value is in a file whose key is left out; absent: `<secret>`. */
  readonly mask?: unknown;
}

/** A field of `global` with a default. */
export function withDefault<T>(field: Field<T>, fallback: T): Field<T> & { readonly fallback: T } {
  return { ...field, fallback };
}

/**
 * A key that `config.original` leaves out: one of Tocsin's own, or one that came after Alertmanager 0.25. The strict parser
 * of that version, which Debian's amtool is (`config show`, `config routes`), would refuse the text because of it.
 */
export function hidden<T>(field: Field<T>): Field<T> {
  return { ...field, isHidden: true };
}

/** How a secret is shown. Read back (amtool does, from the status API) it is taken as the secret's text. */
export const MASK = '<secret>';

/** What to write in place of a key that people expect. */
export type Hints = Readonly<Record<string, string>>;

/** The keys of a mapping and what each holds, in the order in which they are written. */
export type Shape = Readonly<Record<string, Field<unknown>>>;

/** A mapping as read: an absent key is undefined. */
export type Values<S extends Shape> = {
  -readonly [K in keyof S]?: (S[K] extends Field<infer T> ? T : never) | undefined;
};

/** YAML data in the order of its keys; without a prototype, so that any key is only a key. */
export type Data = Record<string, unknown>;

/**
 * A mapping with exactly these keys; any other is an error that names the nearest known one. A null value means that the
 * key is not set. A null mapping reads as an empty one.
 */
export function object<const S extends Shape>(shape: S, hints: Hints = {}): Field<Values<S>> & { readonly shape: S } {
  return {
    shape,
    read(place) {
      const values: Record<string, unknown> = {};
      const { node } = place;
      if (place.isNull) return values as Values<S>;
      if (node.kind !== 'mapping') {
        place.report(
          `expected a mapping with keys such as ${Object.keys(shape).slice(0, 4).join(', ')}, found ${kindOf(node)}`,
        );
        return undefined;
      }
      for (const { key, value } of node.entries) {
        const child = place.child(key.text, value);
        if (!Object.hasOwn(shape, key.text)) child.report(unknownKey(key.text, Object.keys(shape), hints), key);
        else if (!isNull(value)) values[key.text] = shape[key.text]?.read(child);
      }
      return values as Values<S>;
    },
    write(values) {
      const data = Object.create(null) as Data;
      for (const [key, field] of Object.entries(shape)) {
        const value = (values as Record<string, unknown>)[key];
        const written = value === undefined ? undefined : field.write(value);
        if (isEmpty(written)) continue;
        if (!field.isHidden) data[key] = written;
        else showSecretOf(key, shape, data);
      }
      return data;
    },
  };
}

/** A secret's hidden file is shown as the secret that it holds: the old parser requires one of the two. */
function showSecretOf(fileKey: string, shape: Shape, data: Data): void {
  const key = fileKey.replace(/_file$/, '');
  const field = key !== fileKey && Object.hasOwn(shape, key) ? shape[key] : undefined;
  if (field && !field.isHidden) data[key] ??= field.mask ?? MASK;
}

/** A list. Items that cannot be read are reported and left out. */
export function list<T>(item: Field<T>): Field<readonly T[]> {
  return {
    read(place) {
      if (place.node.kind !== 'sequence') {
        place.report(`expected a list, found ${kindOf(place.node)}`);
        return undefined;
      }
      return place.items().flatMap((child) => item.read(child) ?? []);
    },
    write: (values) => values.map((value) => item.write(value)),
  };
}

/** A mapping from any key. A null value is read by the field too (text: ''). */
export function map<T>(item: Field<T>): Field<ReadonlyMap<string, T>> {
  return {
    read(place) {
      if (place.node.kind !== 'mapping') {
        place.report(`expected a mapping, found ${kindOf(place.node)}`);
        return undefined;
      }
      const values = new Map<string, T>();
      for (const { key, value } of place.node.entries) {
        const read = item.read(place.child(key.text, value));
        if (read !== undefined) values.set(key.text, read);
      }
      return values;
    },
    write(values) {
      const data = Object.create(null) as Data;
      for (const key of [...values.keys()].sort()) {
        const written = item.write(values.get(key) as T);
        if (written !== undefined) data[key] = written;
      }
      return data;
    },
  };
}

/** Any value, left for others to read. */
export const anything: Field<unknown> = { read: (place) => place.node, write: () => undefined };

/** A field with one more condition. @param check throws an Error whose text becomes the report. */
export function checked<T>(field: Field<T>, check: (value: T) => void): Field<T> {
  return {
    read(place) {
      const value = field.read(place);
      if (value === undefined) return undefined;
      try {
        check(value);
        return value;
      } catch (error) {
        place.report((error as Error).message);
        return undefined;
      }
    },
    write: (value) => field.write(value),
  };
}

/** What stands where a mapping or list should. A text is not shown: it may be a secret that was meant for a key inside. */
function kindOf(node: YamlNode): string {
  return node.kind === 'scalar' && !isNull(node) ? 'text' : describe(node);
}

const LONGEST_QUOTE = 60;

/** What stands there, for the "found" part of an error. */
export function describe(node: YamlNode): string {
  if (node.kind === 'mapping') return 'a mapping';
  if (node.kind === 'sequence') return 'a list';
  if (isNull(node)) return 'nothing';
  const shown = node.text.length > LONGEST_QUOTE ? `${node.text.slice(0, LONGEST_QUOTE)}...` : node.text;
  return node.plain && /^[\w.+-]+$/.test(shown) ? shown : JSON.stringify(shown);
}

function isEmpty(written: unknown): boolean {
  if (written === undefined || written === '') return true;
  if (Array.isArray(written)) return written.length === 0;
  return typeof written === 'object' && written !== null && Object.keys(written).length === 0;
}

function unknownKey(key: string, known: readonly string[], hints: Hints): string {
  if (Object.hasOwn(hints, key)) return `unknown key: ${key} (${hints[key]})`;
  const nearest = known
    .map((candidate) => ({ candidate, distance: distance(key.slice(0, 100), candidate) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const near = nearest !== undefined && nearest.distance <= Math.max(2, Math.ceil(nearest.candidate.length / 2));
  return `unknown key: ${JSON.stringify(key.slice(0, 100)).slice(1, -1)} (${near ? `did you mean ${nearest.candidate}?` : `expected one of ${known.join(', ')}`})`;
}

/** The beginning of a key is near to it. */
function distance(key: string, candidate: string): number {
  return key.length > 2 && candidate.startsWith(key) ? 1 : editDistance(key, candidate);
}
