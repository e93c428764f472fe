/** Methods of time.Time, time.Duration, time.Month, time.Weekday and *time.Location. */
import type { Time } from '../time/go-time.ts';
import { formatLayout } from '../time/layout.ts';
import type { Location } from '../time/location.ts';
import { localZone, UTC } from '../time/zones.ts';
import { toBytes } from './bytes.ts';
import { Failure } from './errors.ts';
import { sprintf, stringMethod } from './fmt.ts';
import { timeJson } from './json.ts';
import type { GoMethod } from './signature.ts';
import { Int, Slice, type Value } from './value.ts';

const BILLION = 1_000_000_000n;
const MAX_INT64 = (1n << 63n) - 1n;
const MIN_INT64 = -(1n << 63n);

const string: GoMethod<Value> = { parameters: [], call: (value) => stringMethod(value) ?? '' };

function time(call: (time: Time) => Value): GoMethod<Time> {
  return { parameters: [], call };
}

function compared(call: (order: number) => Value): GoMethod<Time> {
  return { parameters: ['time.Time'], call: (receiver, [other]) => call(receiver.compare(other as Time)) };
}

function withDuration(call: (time: Time, nanos: bigint) => Value): GoMethod<Time> {
  return { parameters: ['time.Duration'], call: (receiver, [duration]) => call(receiver, (duration as Int).value) };
}

function unusable(reason: string): GoMethod<Time> {
  return { parameters: [], unusable: reason, call: () => undefined };
}

/** Numbers wrap around, as in Go. */
function int64(value: bigint): Int {
  return new Int('int64', BigInt.asIntN(64, value));
}

export const TIME_METHODS = {
  Add: withDuration((receiver, nanos) => receiver.add(nanos)),
  AddDate: {
    parameters: ['int', 'int', 'int'],
    call: (receiver, args) => {
      const [years, months, days] = args.map(Number) as [number, number, number];
      if (args.some((arg) => (arg as bigint) > 1_000_000_000n || (arg as bigint) < -1_000_000_000n)) {
        throw new Failure('the date is out of range');
      }
      return receiver.addDate(years, months, days);
    },
  } satisfies GoMethod<Time>,
  After: compared((order) => order > 0),
  Before: compared((order) => order < 0),
  Clock: unusable('function Clock has 3 return values; should be 1 or 2'),
  Compare: compared((order) => BigInt(order)),
  Date: unusable('function Date has 3 return values; should be 1 or 2'),
  Day: time((receiver) => BigInt(receiver.date().day)),
  Equal: compared((order) => order === 0),
  Format: {
    parameters: ['string'],
    call: (receiver, [layout]) => formatLayout(receiver, layout as string),
  } satisfies GoMethod<Time>,
  GoString: time((receiver) => sprintf('%#v', [receiver])),
  Hour: time((receiver) => BigInt(Math.floor(receiver.secondOfDay() / 3_600))),
  ISOWeek: unusable('invalid function signature for ISOWeek: second return value should be error; is int'),
  In: {
    parameters: ['*time.Location'],
    call: (receiver, [location]) => {
      if (location === null) throw new Failure('time: missing Location in call to Time.In');
      return receiver.in(location as Location);
    },
  } satisfies GoMethod<Time>,
  IsDST: time((receiver) => receiver.location.at(receiver.seconds).isDst),
  IsZero: time((receiver) => receiver.isZero()),
  Local: time((receiver) => receiver.in(localZone())),
  Location: time((receiver) => receiver.location),
  MarshalJSON: time((receiver) => bytes(timeJson(receiver, 'Time.MarshalJSON: '))),
  MarshalText: time((receiver) => bytes(timeJson(receiver, 'Time.MarshalText: ').slice(1, -1))),
  Minute: time((receiver) => BigInt(Math.floor(receiver.secondOfDay() / 60) % 60)),
  Month: time((receiver) => new Int('time.Month', BigInt(receiver.date().month))),
  Nanosecond: time((receiver) => BigInt(receiver.nanoseconds)),
  Round: withDuration((receiver, nanos) => receiver.round(nanos)),
  Second: time((receiver) => BigInt(receiver.secondOfDay() % 60)),
  String: string,
  Sub: {
    parameters: ['time.Time'],
    call: (receiver, [other]) => new Int('time.Duration', receiver.sub(other as Time)),
  } satisfies GoMethod<Time>,
  Truncate: withDuration((receiver, nanos) => receiver.truncate(nanos)),
  UTC: time((receiver) => receiver.in(UTC)),
  Unix: time((receiver) => int64(BigInt(receiver.seconds))),
  UnixMicro: time((receiver) => int64(floorDivide(receiver.unixNanos(), 1_000n))),
  UnixMilli: time((receiver) => int64(floorDivide(receiver.unixNanos(), 1_000_000n))),
  UnixNano: time((receiver) => int64(receiver.unixNanos())),
  Weekday: time((receiver) => new Int('time.Weekday', BigInt(receiver.weekday()))),
  Year: time((receiver) => BigInt(receiver.date().year)),
  YearDay: time((receiver) => BigInt(receiver.dayOfYear())),
  Zone: unusable('invalid function signature for Zone: second return value should be error; is int'),
  ZoneBounds: unusable('invalid function signature for ZoneBounds: second return value should be error; is time.Time'),
};

function bytes(text: string): Slice {
  return new Slice(
    '[]uint8',
    Array.from(toBytes(text), (byte) => new Int('uint8', BigInt(byte))),
  );
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

function duration(call: (nanos: bigint) => Value): GoMethod<Int> {
  return { parameters: [], call: ({ value }) => call(value) };
}

/** As Go computes it: whole units, and the rest as a fraction. */
function fractional(unit: bigint): GoMethod<Int> {
  return duration((nanos) => Number(nanos / unit) + Number(nanos % unit) / Number(unit));
}

function toMultiple(call: (nanos: bigint, unit: bigint) => bigint): GoMethod<Int> {
  return {
    parameters: ['time.Duration'],
    call: ({ value }, [unit]) => new Int('time.Duration', call(value, (unit as Int).value)),
  };
}

export const DURATION_METHODS = {
  Abs: duration((nanos) => new Int('time.Duration', nanos === MIN_INT64 ? MAX_INT64 : nanos < 0n ? -nanos : nanos)),
  Hours: fractional(3_600n * BILLION),
  Microseconds: duration((nanos) => new Int('int64', nanos / 1_000n)),
  Milliseconds: duration((nanos) => new Int('int64', nanos / 1_000_000n)),
  Minutes: fractional(60n * BILLION),
  Nanoseconds: duration((nanos) => new Int('int64', nanos)),
  Round: toMultiple(roundTo),
  Seconds: fractional(BILLION),
  String: string,
  Truncate: toMultiple((nanos, unit) => (unit <= 0n ? nanos : nanos - (nanos % unit))),
};

/** Halves away from zero. */
function roundTo(nanos: bigint, unit: bigint): bigint {
  if (unit <= 0n) return nanos;
  const rest = nanos % unit;
  const size = rest < 0n ? -rest : rest;
  if (size + size < unit) return nanos - rest;
  const rounded = nanos < 0n ? nanos + size - unit : nanos - size + unit;
  return rounded > MAX_INT64 ? MAX_INT64 : rounded < MIN_INT64 ? MIN_INT64 : rounded;
}

export const NAMED_INT_METHODS = { String: string };

export const LOCATION_METHODS = {
  String: { parameters: [], call: (location) => location.name } satisfies GoMethod<Location>,
};
