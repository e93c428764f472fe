import { type CivilDate, daysInMonth, isLeapYear } from './civil.ts';
import { atOffset, civilTime, type Time } from './go-time.ts';
import { DAYS, layoutParts, MONTHS } from './layout.ts';
import type { Location } from './location.ts';
import { fixedZone, UTC } from './zones.ts';

/** What has been read so far. */
interface Fields {
  /** Not yet read. */
  rest: string;
  year: number;
  month?: number;
  day?: number;
  dayOfYear?: number;
  hour: number;
  minute: number;
  second: number;
  nanoseconds: number;
  half?: 'am' | 'pm';
  location?: Location;
  /** Seconds east of UTC. */
  offset?: number;
  zoneName: string;
}

/** Why an element could not be read: the text does not look like it, or the field named here is out of range. */
type Fault = 'bad value' | { readonly outOfRange: string } | undefined;

/**
 * Reads a time by a layout, as Go's time.ParseInLocation does in UTC: that is the zone of a text that names none.
 * @throws Error with Go's text.
 */
export function parseLayout(layout: string, text: string): Time {
  const fields: Fields = { rest: text, year: 0, hour: 0, minute: 0, second: 0, nanoseconds: 0, zoneName: '' };
  const parts = layoutParts(layout);
  for (const [index, part] of parts.entries()) {
    if (!part.isElement) {
      if (!skip(fields, part.text)) throw cannotParse(layout, text, fields.rest, part.text);
      continue;
    }
    const before = fields.rest;
    const next = parts.slice(index + 1).find(({ isElement }) => isElement)?.text ?? '';
    const fault = readElement(fields, part.text, next);
    if (fault === 'bad value') throw cannotParse(layout, text, before, part.text);
    if (fault) throw new Error(`parsing time ${quote(text)}: ${fault.outOfRange} out of range`);
  }
  if (fields.rest !== '') throw new Error(`parsing time ${quote(text)}: extra text: ${quote(fields.rest)}`);
  return build(fields, text);
}

/** Literal text; a run of spaces stands for any number of them. */
function skip(fields: Fields, literal: string): boolean {
  let expected = literal;
  while (expected !== '') {
    if (expected[0] === ' ') {
      if (fields.rest !== '' && fields.rest[0] !== ' ') return false;
      expected = expected.replace(/^ +/, '');
      fields.rest = fields.rest.replace(/^ +/, '');
    } else {
      if (fields.rest[0] !== expected[0]) return false;
      expected = expected.slice(1);
      fields.rest = fields.rest.slice(1);
    }
  }
  return true;
}

/** @param next the element that follows, '' at the end. */
function readElement(fields: Fields, element: string, next: string): Fault {
  switch (element) {
    case '06':
    case '2006':
      return readYear(fields, element.length);
    case 'January':
    case 'Jan': {
      const month = readName(fields, MONTHS, element === 'Jan');
      fields.month = month + 1;
      return month < 0 ? 'bad value' : undefined;
    }
    case 'Monday':
    case 'Mon':
      return readName(fields, DAYS, element === 'Mon') < 0 ? 'bad value' : undefined;
    case '1':
    case '01':
      return readNumber(fields, 'month', element.length === 2, 1, 12);
    case '_2':
    case '2':
    case '02':
      if (element === '_2') fields.rest = fields.rest.replace(/^ /, '');
      // Whether the month has that day is seen at the end.
      return readNumber(fields, 'day', element === '02', 0, 99);
    case '__2':
    case '002':
      return readDayOfYear(fields, element);
    case '15':
      return readNumber(fields, 'hour', false, 0, 23);
    case '3':
    case '03':
      return readNumber(fields, 'hour', element.length === 2, 0, 12);
    case '4':
    case '04':
      return readNumber(fields, 'minute', element.length === 2, 0, 59);
    case '5':
    case '05':
      return readSecond(fields, element.length === 2, next);
    case 'PM':
    case 'pm':
      return readHalf(fields, element);
    case 'MST':
      return readZoneName(fields);
    default:
      return element[0] === '.' || element[0] === ',' ? readFraction(fields, element) : readOffset(fields, element);
  }
}

function take(fields: Fields, count: number): string {
  const text = fields.rest.slice(0, count);
  fields.rest = fields.rest.slice(count);
  return text;
}

function readYear(fields: Fields, length: number): Fault {
  const text = take(fields, length);
  if (text.length < length || !(length === 4 ? /^\d+$/ : /^[+-]?\d+$/).test(text)) return 'bad value';
  const year = Number(text);
  fields.year = length === 4 ? year : year + (year >= 69 ? 1900 : 2000);
  return undefined;
}

/** The index of the name, in any case; -1 where there is none. */
function readName(fields: Fields, names: readonly string[], short: boolean): number {
  const rest = fields.rest.toLowerCase();
  const index = names.findIndex((name) => rest.startsWith((short ? name.slice(0, 3) : name).toLowerCase()));
  if (index >= 0) take(fields, short ? 3 : (names[index] as string).length);
  return index;
}

/** @param fixed two digits, else one or two. */
function readNumber(
  fields: Fields,
  field: 'month' | 'day' | 'hour' | 'minute' | 'second',
  fixed: boolean,
  least: number,
  most: number,
): Fault {
  const [digits] = (fixed ? /^\d\d/ : /^\d\d?/).exec(fields.rest) ?? [];
  if (digits === undefined) return 'bad value';
  take(fields, digits.length);
  const value = Number(digits);
  if (value < least || value > most) return { outOfRange: field };
  fields[field] = value;
  return undefined;
}

function readDayOfYear(fields: Fields, element: string): Fault {
  if (element === '__2') fields.rest = fields.rest.replace(/^ {1,2}/, '');
  const [digits] = (element === '002' ? /^\d{3}/ : /^\d{1,3}/).exec(fields.rest) ?? [];
  if (digits === undefined) return 'bad value';
  take(fields, digits.length);
  fields.dayOfYear = Number(digits);
  return undefined;
}

/** With a fraction behind it, though the layout has none. */
function readSecond(fields: Fields, fixed: boolean, next: string): Fault {
  const fault = readNumber(fields, 'second', fixed, 0, 59);
  if (fault || /^[.,]/.test(next)) return fault;
  const [fraction] = /^[.,]\d+/.exec(fields.rest) ?? [];
  if (fraction !== undefined) fields.nanoseconds = toNanoseconds(take(fields, fraction.length));
  return undefined;
}

function readFraction(fields: Fields, element: string): Fault {
  if (element[1] === '9') {
    const [fraction] = /^[.,]\d+/.exec(fields.rest) ?? [];
    if (fraction !== undefined) fields.nanoseconds = toNanoseconds(take(fields, fraction.length));
    return undefined;
  }
  const text = take(fields, element.length);
  // Go looks at nine digits only.
  if (text.length < element.length || !/^[.,]\d+$/.test(text.slice(0, 10))) return 'bad value';
  fields.nanoseconds = toNanoseconds(text);
  return undefined;
}

/** @param text `.5` or `,5`. */
function toNanoseconds(text: string): number {
  return Number(text.slice(1, 10).padEnd(9, '0'));
}

function readHalf(fields: Fields, element: 'PM' | 'pm'): Fault {
  const half = take(fields, 2);
  if (half !== element && half !== (element === 'PM' ? 'AM' : 'am')) return 'bad value';
  fields.half = half.toLowerCase() as 'am' | 'pm';
  return undefined;
}

function readOffset(fields: Fields, element: string): Fault {
  if (element[0] === 'Z' && fields.rest[0] === 'Z') {
    take(fields, 1);
    fields.location = UTC;
    return undefined;
  }
  const text = take(fields, element.length);
  const colon = element.includes(':') ? ':' : '';
  const [, sign, hours, minutes = '0', seconds = '0'] =
    new RegExp(`^([+-])(\\d\\d)(?:${colon}(\\d\\d))?(?:${colon}(\\d\\d))?$`).exec(text) ?? [];
  if (text.length < element.length || sign === undefined) return 'bad value';
  // People do write offsets of 24 hours or 60 minutes.
  if (Number(hours) > 24) return { outOfRange: 'time zone offset hour' };
  if (Number(minutes) > 60) return { outOfRange: 'time zone offset minute' };
  if (Number(seconds) > 60) return { outOfRange: 'time zone offset second' };
  fields.offset = (sign === '-' ? -1 : 1) * (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds));
  return undefined;
}

/** Three capitals, four or five that end in T, and the few others that are in use. */
const ZONE_NAME = /^(?:ChST|MeST|GMT|(?:[A-Z]{4}T|[A-Z]{3}T|WITA|[A-Z]{3})(?![A-Z]))/;

function readZoneName(fields: Fields): Fault {
  if (fields.rest.startsWith('UTC')) {
    take(fields, 3);
    fields.location = UTC;
    return undefined;
  }
  const [letters = ''] = ZONE_NAME.exec(fields.rest) ?? [];
  const hours = letters === '' || letters === 'GMT' ? hoursOffset(fields.rest.slice(letters.length)) : '';
  const name = letters + hours;
  if (name === '' || fields.rest.length < 3) return 'bad value';
  fields.zoneName = take(fields, name.length);
  return undefined;
}

/** `+3` or `-03`, at the most 23; '' where there is none. */
function hoursOffset(text: string): string {
  const [offset = ''] = /^[+-]\d+/.exec(text) ?? [];
  return Math.abs(Number(offset)) <= 23 ? offset : '';
}

function build(fields: Fields, text: string): Time {
  const date = dateOf(fields, text);
  const hour = fields.half === 'pm' && fields.hour < 12 ? fields.hour + 12 : fields.hour;
  const second = (fields.half === 'am' && hour === 12 ? 0 : hour) * 3_600 + fields.minute * 60 + fields.second;
  const at = (zone: Location): Time => civilTime(date, second, { nanoseconds: fields.nanoseconds, location: zone });
  const { zoneName, offset } = fields;
  if (fields.location) return at(fields.location);
  if (offset !== undefined) {
    const time = at(UTC);
    return atOffset(time.seconds - offset, time.nanoseconds, offset, UTC, zoneName);
  }
  if (zoneName === '') return at(UTC);
  // The offset of an abbreviation is not known, but that of GMT+2 is.
  const hours = /^GMT([+-]\d+)$/.exec(zoneName)?.[1] ?? '0';
  return at(UTC).in(fixedZone(zoneName, Number(hours) * 3_600));
}

function dateOf(fields: Fields, text: string): CivilDate {
  const { year, dayOfYear } = fields;
  const fail = (what: string): Error => new Error(`parsing time ${quote(text)}: ${what}`);
  if (dayOfYear === undefined) {
    const { month = 1, day = 1 } = fields;
    if (day < 1 || day > daysInMonth(year, month)) throw fail('day out of range');
    return { year, month, day };
  }
  if (dayOfYear < 1 || dayOfYear > (isLeapYear(year) ? 366 : 365)) throw fail('day-of-year out of range');
  let month = 1;
  let day = dayOfYear;
  while (day > daysInMonth(year, month)) day -= daysInMonth(year, month++);
  if (fields.month !== undefined && fields.month !== month) throw fail('day-of-year does not match month');
  if (fields.day !== undefined && fields.day !== day) throw fail('day-of-year does not match day');
  return { year, month, day };
}

function cannotParse(layout: string, text: string, rest: string, element: string): Error {
  return new Error(`parsing time ${quote(text)} as ${quote(layout)}: cannot parse ${quote(rest)} as ${quote(element)}`);
}

/** As Go's time package quotes: bytes outside printable ASCII in hex. */
export function quote(text: string): string {
  let quoted = '';
  for (const byte of Buffer.from(text)) {
    const character = String.fromCharCode(byte);
    if (byte < 0x20 || byte >= 0x80) quoted += `\\x${byte.toString(16).padStart(2, '0')}`;
    else quoted += character === '"' || character === '\\' ? `\\${character}` : character;
  }
  return `"${quoted}"`;
}
