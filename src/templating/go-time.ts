import { DateTime, FixedOffsetZone, IANAZone, type Zone } from 'luxon';
import { parseTimestamp } from '../time/timestamp.ts';
import { Printable } from './printable.ts';

/** The elements of Go's reference time, longest first, each with how to write it. */
const ELEMENTS: readonly (readonly [string, (time: DateTime) => string])[] = [
  ['January', (time) => time.toFormat('LLLL')],
  ['Monday', (time) => time.toFormat('cccc')],
  ['-07:00:00', (time) => `${time.toFormat('ZZ')}:00`],
  ['Z07:00:00', (time) => (time.offset === 0 ? 'Z' : `${time.toFormat('ZZ')}:00`)],
  ['-070000', (time) => `${time.toFormat('ZZZ')}00`],
  ['Z070000', (time) => (time.offset === 0 ? 'Z' : `${time.toFormat('ZZZ')}00`)],
  ['-07:00', (time) => time.toFormat('ZZ')],
  ['Z07:00', (time) => (time.offset === 0 ? 'Z' : time.toFormat('ZZ'))],
  ['-0700', (time) => time.toFormat('ZZZ')],
  ['Z0700', (time) => (time.offset === 0 ? 'Z' : time.toFormat('ZZZ'))],
  ['2006', (time) => String(time.year).padStart(4, '0')],
  ['Jan', (time) => time.toFormat('LLL')],
  ['Mon', (time) => time.toFormat('ccc')],
  ['MST', zoneName],
  ['-07', (time) => time.toFormat('ZZZ').slice(0, 3)],
  ['Z07', (time) => (time.offset === 0 ? 'Z' : time.toFormat('ZZZ').slice(0, 3))],
  ['002', (time) => time.toFormat('ooo')],
  ['__2', (time) => time.toFormat('o').padStart(3)],
  ['01', (time) => time.toFormat('LL')],
  ['02', (time) => time.toFormat('dd')],
  ['03', (time) => time.toFormat('hh')],
  ['04', (time) => time.toFormat('mm')],
  ['05', (time) => time.toFormat('ss')],
  ['06', (time) => time.toFormat('yy')],
  ['15', (time) => time.toFormat('HH')],
  ['PM', (time) => (time.hour < 12 ? 'AM' : 'PM')],
  ['pm', (time) => (time.hour < 12 ? 'am' : 'pm')],
  ['_2', (time) => String(time.day).padStart(2)],
  ['1', (time) => String(time.month)],
  ['2', (time) => String(time.day)],
  ['3', (time) => time.toFormat('h')],
  ['4', (time) => String(time.minute)],
  ['5', (time) => String(time.second)],
];
const WRITERS = new Map(ELEMENTS);
const ELEMENT = new RegExp(`${ELEMENTS.map(([name]) => name).join('|')}|[.,]0+(?!\\d)|[.,]9+(?!\\d)`, 'g');

/** What luxon reads for each of Go's elements that a layout to parse may have. */
const READERS: Readonly<Record<string, string>> = {
  January: 'LLLL',
  Jan: 'LLL',
  Monday: 'cccc',
  Mon: 'ccc',
  '2006': 'yyyy',
  '06': 'yy',
  '01': 'LL',
  '1': 'L',
  '02': 'dd',
  '2': 'd',
  _2: 'd',
  '15': 'HH',
  '03': 'hh',
  '3': 'h',
  '04': 'mm',
  '4': 'm',
  '05': 'ss',
  '5': 's',
  PM: 'a',
  pm: 'a',
  '-07:00': 'ZZ',
  'Z07:00': 'ZZ',
  '-0700': 'ZZZ',
};

/** A point in time with the zone to show it in (Go's time.Time); prints as Go does. */
export class GoTime extends Printable {
  /** Whole. */
  readonly ms: number;
  /** On top of the ms, 0 to 999,999. */
  readonly ns: number;
  readonly zone: string;

  constructor(ms: number, zone = 'UTC', ns = 0) {
    super();
    this.ms = Math.floor(ms);
    this.ns = ns;
    this.zone = zone;
  }

  toString(): string {
    return formatGoLayout('2006-01-02 15:04:05.999999999 -0700 MST', this);
  }
}

/** Go's Time.Format. */
export function formatGoLayout(layout: string, time: GoTime): string {
  const moment = DateTime.fromMillis(time.ms, { zone: zoneOf(time.zone), locale: 'en-US' });
  return layout.replace(ELEMENT, (element) => {
    const write = WRITERS.get(element);
    if (write !== undefined) return write(moment);
    const nanos = String(moment.millisecond).padStart(3, '0') + String(time.ns).padStart(6, '0');
    const digits = nanos.padEnd(element.length - 1, '0').slice(0, element.length - 1);
    if (element[1] === '0') return (element[0] as string) + digits;
    const trimmed = digits.replace(/0+$/, '');
    return trimmed === '' ? '' : (element[0] as string) + trimmed;
  });
}

/** Go's time.ParseInLocation in UTC. undefined where the text does not fit the layout. */
export function parseGoLayout(layout: string, text: string): GoTime | undefined {
  let format = '';
  let last = 0;
  for (const { 0: element, index } of layout.matchAll(ELEMENT)) {
    format += quoted(layout.slice(last, index)) + (READERS[element] ?? fraction(element));
    last = index + element.length;
  }
  format += quoted(layout.slice(last));
  const source = layout.includes('Z07:00') ? text.replace(/Z$/, '+00:00') : text;
  const moment = DateTime.fromFormat(source, format, { zone: 'utc', setZone: true, locale: 'en-US' });
  return moment.isValid ? new GoTime(moment.toMillis(), moment.zoneName) : undefined;
}

/** Of an element that is no known number or name: `.000` is digits, anything else must stand there as it is. */
function fraction(element: string): string {
  return /^[.,]/.test(element) ? `${element[0]}${'S'.repeat(Math.min(element.length - 1, 3))}` : quoted(element);
}

function quoted(text: string): string {
  return text === '' ? '' : `'${text.replaceAll("'", '')}'`;
}

const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

/** The time that a template's value means: a GoTime, or RFC 3339 text (in the offset that it is written in). */
export function asTime(value: unknown): GoTime {
  if (value instanceof GoTime) return value;
  const text = typeof value === 'string' ? value : '';
  // The fraction is read apart: as part of a number of ms it would be rounded, up to the next day.
  const match = RFC_3339.exec(text);
  const [, seconds = '', fraction = '', zone = ''] = match ?? [];
  const whole = match && parseTimestamp(seconds + zone);
  if (whole) {
    const digits = fraction.slice(0, 9).padEnd(9, '0');
    const offset = zone === 'Z' ? 'UTC' : FixedOffsetZone.parseSpecifier(`UTC${zone}`).name;
    return new GoTime(whole.ms + Number(digits.slice(0, 3)), offset, Number(digits.slice(3)));
  }
  const moment = DateTime.fromISO(text, { setZone: true });
  if (!moment.isValid || text.length < 10) throw new Error(`not a time: ${JSON.stringify(text.slice(0, 40))}`);
  return new GoTime(moment.toMillis(), moment.zoneName);
}

/** @throws Error with Go's text when there is no such zone. */
export function inZone(name: string, time: GoTime): GoTime {
  if (name !== '' && name !== 'UTC' && name !== 'Local' && !IANAZone.isValidZone(name)) {
    throw new Error(`unknown time zone ${name}`);
  }
  return new GoTime(time.ms, name === '' ? 'UTC' : name, time.ns);
}

function zoneOf(name: string): Zone | string {
  if (name === 'Local') return 'local';
  return /^UTC/.test(name) ? FixedOffsetZone.parseSpecifier(name) : name;
}

/** English-speaking regions: each has the abbreviations of zones near it. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-ZA'];

export function zoneName(time: DateTime): string {
  for (const locale of LOCALES) {
    const name = time.setLocale(locale).offsetNameShort ?? '';
    if (/^[A-Z]{2,5}$/.test(name)) return name;
  }
  // Go, too, prints the offset itself where a zone has no abbreviation.
  return time.toFormat('ZZZ').slice(0, time.offset % 60 === 0 ? 3 : 5);
}
