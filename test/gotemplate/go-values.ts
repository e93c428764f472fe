import { fromBytes } from '../../src/gotemplate/bytes.ts';
import {
  Complex,
  Int,
  type IntType,
  Pointer,
  SafeText,
  Slice,
  type SliceType,
  STRUCTS,
  StringMap,
  Struct,
  type Value,
} from '../../src/gotemplate/value.ts';
import { Time, ZERO_TIME } from '../../src/time/go-time.ts';
import { UTC } from '../../src/time/zones.ts';

/** A Go value as test/fixtures/go/*.json has it: its type, and its content where `v` is bytes in base64, digits or the bits of a float. */
export interface Described {
  readonly t: string;
  readonly v?: unknown;
  readonly s?: number;
  readonly ns?: number;
  readonly re?: number;
  readonly im?: number;
  readonly nil?: boolean;
  readonly ptr?: boolean;
  readonly a?: Described;
}

export function text(base64: unknown): string {
  return fromBytes(Buffer.from(base64 as string, 'base64'));
}

export function goValue(described: Described): Value {
  const { t, v } = described;
  switch (t) {
    case 'nil':
      return null;
    case 'string':
      return text(v);
    case 'bool':
      return v as boolean;
    case 'int':
      return BigInt(v as string);
    case 'float':
      return floatOf(BigInt(v as string));
    case 'complex':
      return new Complex(described.re ?? 0, described.im ?? 0);
    case 'time':
      return new Time(described.s ?? 0, described.ns ?? 0, UTC);
    case 'template.HTML':
    case 'template.URL':
      return new SafeText(t, text(v));
    case 'map[string]interface {}':
      return new StringMap(t, new Map(Object.entries(v as object).map(([key, value]) => [key, goValue(value)])));
    default:
      return t.startsWith('time.') || t === 'uint8' || t === 'int64'
        ? new Int(t as IntType, BigInt(v as string))
        : listOrStruct(described);
  }
}

function listOrStruct(described: Described): Value {
  const { t, v } = described;
  switch (t) {
    case 'bytes':
      return new Slice(
        '[]uint8',
        Array.from(Buffer.from(v as string, 'base64'), (byte) => new Int('uint8', BigInt(byte))),
      );
    case 'kv':
      return labels(v as Record<string, string> | undefined, described.nil);
    case 'pairs':
      return pairs(labels(v as Record<string, string>));
    case 'pair':
      return new Struct(STRUCTS.pair, ['n', 'v']);
    case 'alert': {
      const startsAt = new Time(1_772_600_767, 0, UTC);
      const values = ['firing', goValue(v as Described), labels(undefined, true), startsAt, ZERO_TIME, 'g', 'f'];
      return new Struct(STRUCTS.alert, values);
    }
    case 'data': {
      const none = labels(undefined, true);
      const alerts = new Slice('template.Alerts', [goValue(described.a as Described)]);
      const data = new Struct(STRUCTS.data, ['r', 'firing', alerts, '', none, none, none, none, 'http://x', false]);
      return described.ptr ? new Pointer(data) : data;
    }
    default:
      return new Slice(t as SliceType, ((v ?? []) as Described[]).map(goValue), { isNil: described.nil ?? false });
  }
}

function labels(values: Record<string, string> = {}, isNil = false): StringMap {
  return new StringMap(
    'template.KV',
    new Map(Object.entries(values).map(([name, value]) => [name, text(value)])),
    isNil,
  );
}

function pairs(map: StringMap): Slice {
  const names = [...map.sortedKeys].sort((a, b) => Number(b === 'alertname') - Number(a === 'alertname'));
  return new Slice(
    'template.Pairs',
    names.map((name) => new Struct(STRUCTS.pair, [name, map.entries.get(name)])),
  );
}

function floatOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}
