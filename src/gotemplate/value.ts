/**
 * Go's values in JavaScript. What a Go type says beyond its content (int64 or Duration, []string or Strings) is kept, because printing, assignability
 * and error texts depend on it.
 *
 * | Go                                        | here                                                        |
 * |-------------------------------------------|-------------------------------------------------------------|
 * | no value (an invalid reflect.Value)       | undefined                                                   |
 * | nil in an interface                       | null                                                        |
 * | bool                                      | boolean                                                     |
 * | string                                    | string; a stray byte is U+DC80..U+DCFF (see bytes.ts)       |
 * | int                                       | bigint                                                      |
 * | float64                                   | number                                                      |
 * | int64, uint8, Duration, Month, Weekday, … | Int                                                         |
 * | complex128                                | Complex                                                     |
 * | template.HTML, template.URL               | SafeText                                                    |
 * | slices                                    | Slice                                                       |
 * | maps with string keys                     | StringMap                                                   |
 * | structs                                   | Struct                                                      |
 * | *template.Data                            | Pointer                                                     |
 * | time.Time, *time.Location                 | Time, Location                                              |
 */
import { Time } from '../time/go-time.ts';
import { Location } from '../time/location.ts';
import { compareBytes } from './bytes.ts';

export type Value =
  | undefined
  | null
  | boolean
  | string
  | bigint
  | number
  | Int
  | Complex
  | SafeText
  | Slice
  | StringMap
  | Struct
  | Pointer
  | Time
  | Location;

export type IntType = 'int64' | 'uint8' | 'uint64' | 'time.Duration' | 'time.Month' | 'time.Weekday';

/** An integer of a type other than int. `value` is within the type's range. */
export class Int {
  readonly type: IntType;
  readonly value: bigint;

  constructor(type: IntType, value: bigint) {
    this.type = type;
    this.value = value;
  }
}

export class Complex {
  readonly re: number;
  readonly im: number;

  constructor(re: number, im: number) {
    this.re = re;
    this.im = im;
  }
}

/** Text that html/template does not escape where its type says it is safe. */
export class SafeText {
  readonly type: 'template.HTML' | 'template.URL';
  readonly text: string;

  constructor(type: SafeText['type'], text: string) {
    this.type = type;
    this.text = text;
  }
}

export type SliceType =
  | '[]string'
  | '[]interface {}'
  | '[]uint8'
  | '[]template.Alert'
  | 'template.Alerts'
  | 'template.Pairs'
  | 'template.Strings';

/** A slice; elements of '[]interface {}' may be null. */
export class Slice {
  readonly type: SliceType;
  readonly items: readonly Value[];
  /** A nil slice: it has no items. */
  readonly isNil: boolean;
  /** As Go's cap(), 0 to `items.length` are the elements. */
  readonly capacity: number;

  constructor(type: SliceType, items: readonly Value[], options: { isNil?: boolean; capacity?: number } = {}) {
    this.type = type;
    this.items = items;
    this.isNil = options.isNil ?? false;
    this.capacity = options.capacity ?? items.length;
  }
}

export type MapType = 'template.KV' | 'map[string]interface {}';

/** A map: values of a template.KV are strings, those of the other type may be null. */
export class StringMap {
  readonly type: MapType;
  /** A nil map: it has no entries. */
  readonly isNil: boolean;
  #entries: ReadonlyMap<string, Value> | (() => ReadonlyMap<string, Value>);
  #sortedKeys: readonly string[] | undefined;

  /** @param entries or what makes them when they are first asked for: most labels of a big group never are. */
  constructor(type: MapType, entries: ReadonlyMap<string, Value> | (() => ReadonlyMap<string, Value>), isNil = false) {
    this.type = type;
    this.#entries = entries;
    this.isNil = isNil;
  }

  get entries(): ReadonlyMap<string, Value> {
    if (typeof this.#entries === 'function') this.#entries = this.#entries();
    return this.#entries;
  }

  /** In the order of their bytes, which is the order of `range` and of printing. */
  get sortedKeys(): readonly string[] {
    this.#sortedKeys ??= [...this.entries.keys()].sort(compareBytes);
    return this.#sortedKeys;
  }
}

export interface StructField {
  readonly name: string;
  /** Name in JSON; absent: not in JSON. */
  readonly json?: string;
  /** False: seen by printing only. */
  readonly exported: boolean;
}

export interface StructType {
  readonly name: 'template.Data' | 'template.Alert' | 'template.Pair';
  readonly fields: readonly StructField[];
}

/** A struct: `values[i]` belongs to `type.fields[i]`. */
export class Struct {
  readonly type: StructType;
  readonly values: readonly Value[];

  constructor(type: StructType, values: readonly Value[]) {
    this.type = type;
    this.values = values;
  }
}

/** A pointer that is not nil. */
export class Pointer {
  readonly target: Struct;

  constructor(target: Struct) {
    this.target = target;
  }
}

export const STRUCTS = {
  data: {
    name: 'template.Data',
    fields: [
      { name: 'Receiver', json: 'receiver', exported: true },
      { name: 'Status', json: 'status', exported: true },
      { name: 'Alerts', json: 'alerts', exported: true },
      { name: 'NotificationReason', json: 'notification_reason', exported: true },
      { name: 'GroupLabels', json: 'groupLabels', exported: true },
      { name: 'CommonLabels', json: 'commonLabels', exported: true },
      { name: 'CommonAnnotations', json: 'commonAnnotations', exported: true },
      { name: 'RouteLabels', json: 'routeLabels', exported: true },
      { name: 'ExternalURL', json: 'externalURL', exported: true },
      { name: 'routeLabelsRendered', exported: false },
    ],
  },
  alert: {
    name: 'template.Alert',
    fields: [
      { name: 'Status', json: 'status', exported: true },
      { name: 'Labels', json: 'labels', exported: true },
      { name: 'Annotations', json: 'annotations', exported: true },
      { name: 'StartsAt', json: 'startsAt', exported: true },
      { name: 'EndsAt', json: 'endsAt', exported: true },
      { name: 'GeneratorURL', json: 'generatorURL', exported: true },
      { name: 'Fingerprint', json: 'fingerprint', exported: true },
    ],
  },
  pair: {
    name: 'template.Pair',
    fields: [
      { name: 'Name', json: 'Name', exported: true },
      { name: 'Value', json: 'Value', exported: true },
    ],
  },
} as const satisfies Record<string, StructType>;

/** The type as Go prints it (`%T`): 'string', 'template.KV', '*template.Data', '<nil>'. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'undefined':
      return '<nil>';
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    default:
      return objectTypeName(value);
  }
}

function objectTypeName(value: Exclude<Value, undefined | boolean | string | bigint | number>): string {
  if (value === null) return '<nil>';
  if (value instanceof Struct) return value.type.name;
  if (value instanceof Pointer) return `*${value.target.type.name}`;
  if (value instanceof Complex) return 'complex128';
  if (value instanceof Time) return 'time.Time';
  if (value instanceof Location) return '*time.Location';
  return value.type;
}

/** An element of a list or dict: Go sees an interface {} with this in it until it is used, which its errors tell. */
export class InInterface {
  readonly value: Value;

  private constructor(value: Value) {
    this.value = value;
  }

  /** nil has nothing in it. */
  static of(value: Value): InInterface | null {
    return value === undefined || value === null ? null : new InInterface(value);
  }
}
