import { durationString } from '../../time/go-duration.ts';
import { Time } from '../../time/go-time.ts';
import { DAYS, MONTHS, timeString } from '../../time/layout.ts';
import { Location } from '../../time/location.ts';
import { quote as quoteName } from '../../time/parse-layout.ts';
import { localZone, UTC } from '../../time/zones.ts';
import { Int, Slice, StringMap, Struct, type Value } from '../value.ts';

/** The result of a value's String() method; undefined where its type has none. */
export function stringMethod(value: Value): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof StringMap) return value.type === 'template.KV' ? labelsString(value) : undefined;
  if (value instanceof Time) return timeString(value);
  if (value instanceof Int) return integerString(value);
  if (value instanceof Slice) return value.type === 'template.Pairs' ? pairsString(value) : undefined;
  return value instanceof Location ? value.name : undefined;
}

/** The names of a KV in the order of its SortedPairs: by bytes, but `alertname` first. */
export function sortedNames(labels: StringMap): readonly string[] {
  const names = labels.sortedKeys;
  const at = names.indexOf('alertname');
  return at <= 0 ? names : ['alertname', ...names.slice(0, at), ...names.slice(at + 1)];
}

function labelsString(labels: StringMap): string {
  return sortedNames(labels)
    .map((name) => `${name}=${labels.entries.get(name)}`)
    .join(', ');
}

function pairsString(pairs: Slice): string {
  return pairs.items.map((pair) => (pair instanceof Struct ? `${pair.values[0]}=${pair.values[1]}` : '')).join(', ');
}

function integerString({ type, value }: Int): string | undefined {
  if (type === 'time.Duration') return durationString(value);
  if (type === 'time.Month') return MONTHS[Number(value) - 1] ?? `%!Month(${value})`;
  if (type === 'time.Weekday') return DAYS[Number(value)] ?? `%!Weekday(${value})`;
  return undefined;
}

/** The result of a value's GoString() method, which only times have. */
export function goStringMethod(value: Value): string | undefined {
  if (!(value instanceof Time)) return undefined;
  const { year, month, day } = value.date();
  const second = value.secondOfDay();
  const clock = [Math.floor(second / 3_600), Math.floor(second / 60) % 60, second % 60, value.nanoseconds];
  const { location } = value;
  const named = location === localZone() ? 'time.Local' : `time.Location(${quoteName(location.name)})`;
  const zone = location === UTC ? 'time.UTC' : named;
  return `time.Date(${year}, time.${MONTHS[month - 1]}, ${[day, ...clock].join(', ')}, ${zone})`;
}
