import type { CivilDate } from './civil.ts';
import type { Time } from './go-time.ts';

/** A part of a layout: an element such as `2006` or `.000`, or text that stands for itself. */
export interface LayoutPart {
  readonly text: string;
  readonly isElement: boolean;
}

const ELEMENT = new RegExp(
  [
    'January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST',
    '0[1-6]|002|15|1|2006|2|_2(?!006)|__2|3|4|5|PM|pm',
    '-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07',
    '[.,](?:0+|9+)(?!\\d)',
  ].join('|'),
  'g',
);

/** Layouts mostly are constants of templates; one that comes from an alert must not fill the memory. */
const MOST_KEPT = 200;
const kept = new Map<string, readonly LayoutPart[]>();

/** Splits a layout of Go's time.Format, from left to right, the longest element first. */
export function layoutParts(layout: string): readonly LayoutPart[] {
  const known = kept.get(layout);
  if (known) return known;
  const parts: LayoutPart[] = [];
  let last = 0;
  for (const { 0: text, index } of layout.matchAll(ELEMENT)) {
    if (index > last) parts.push({ text: layout.slice(last, index), isElement: false });
    parts.push({ text, isElement: true });
    last = index + text.length;
  }
  if (last < layout.length) parts.push({ text: layout.slice(last), isElement: false });
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(layout, parts);
  return parts;
}

export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Date and clock of a time in its zone. */
interface Fields extends CivilDate {
  readonly time: Time;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Seconds east of UTC. */
  readonly offset: number;
  readonly abbreviation: string;
}

const WRITERS: Readonly<Record<string, (fields: Fields) => string>> = {
  January: ({ month }) => MONTHS[month - 1] as string,
  Jan: ({ month }) => (MONTHS[month - 1] as string).slice(0, 3),
  '1': ({ month }) => String(month),
  '01': ({ month }) => padded(month, 2),
  Monday: ({ time }) => DAYS[time.weekday()] as string,
  Mon: ({ time }) => (DAYS[time.weekday()] as string).slice(0, 3),
  '2': ({ day }) => String(day),
  _2: ({ day }) => String(day).padStart(2),
  '02': ({ day }) => padded(day, 2),
  __2: ({ time }) => String(time.dayOfYear()).padStart(3),
  '002': ({ time }) => padded(time.dayOfYear(), 3),
  '2006': ({ year }) => padded(year, 4),
  '06': ({ year }) => padded(Math.abs(year) % 100, 2),
  '15': ({ hour }) => padded(hour, 2),
  '3': ({ hour }) => String(hour % 12 || 12),
  '03': ({ hour }) => padded(hour % 12 || 12, 2),
  '4': ({ minute }) => String(minute),
  '04': ({ minute }) => padded(minute, 2),
  '5': ({ second }) => String(second),
  '05': ({ second }) => padded(second, 2),
  PM: ({ hour }) => (hour >= 12 ? 'PM' : 'AM'),
  pm: ({ hour }) => (hour >= 12 ? 'pm' : 'am'),
  MST: ({ abbreviation, offset }) => abbreviation || formatOffset(offset, '-0700'),
};

/** Go's Time.Format. */
export function formatLayout(time: Time, layout: string): string {
  const second = time.secondOfDay();
  const { offset, abbreviation } = time.location.at(time.seconds);
  const fields: Fields = {
    ...time.date(),
    time,
    hour: Math.floor(second / 3_600),
    minute: Math.floor(second / 60) % 60,
    second: second % 60,
    offset,
    abbreviation,
  };
  let result = '';
  for (const { text, isElement } of layoutParts(layout)) result += isElement ? formatElement(text, fields) : text;
  return result;
}

function formatElement(element: string, fields: Fields): string {
  const write = WRITERS[element];
  if (write) return write(fields);
  if (element[0] === '.' || element[0] === ',') return fraction(element, fields.time.nanoseconds);
  if (element[0] === 'Z' && fields.offset === 0) return 'Z';
  return formatOffset(fields.offset, element);
}

/** @param element its shape: `-07`, `-0700`, `-07:00`, with seconds; Z in place of the minus. */
function formatOffset(offset: number, element: string): string {
  const size = Math.abs(offset);
  const parts = [Math.floor(size / 3_600), Math.floor(size / 60) % 60, size % 60].map((part) => padded(part, 2));
  const colons = element.includes(':');
  const shown = Math.ceil((colons ? element.replaceAll(':', '').length : element.length) / 2) - 1;
  // Go looks at whole minutes for the sign.
  return (offset <= -60 ? '-' : '+') + parts.slice(0, shown).join(colons ? ':' : '');
}

/** Of `.000`, as many digits; of `.999`, without trailing zeros, and nothing where none is left. */
function fraction(element: string, nanoseconds: number): string {
  const digits = padded(nanoseconds, 9).slice(0, element.length - 1);
  const shown = element[1] === '0' ? digits : digits.replace(/0+$/, '');
  return shown === '' ? '' : (element[0] as string) + shown;
}

function padded(value: number, width: number): string {
  return value < 0 ? `-${padded(-value, width)}` : String(value).padStart(width, '0');
}

/** Go's Time.String, without a monotonic reading. */
export function timeString(time: Time): string {
  return formatLayout(time, '2006-01-02 15:04:05.999999999 -0700 MST');
}
