import { daysFromCivil, daysInMonth } from './civil.ts';

/** A parsed time. */
export interface Timestamp {
  /** ms since 1970, UTC; with a fraction where the text is finer. */
  readonly ms: number;
  /** '' where formatTime(ms) says the same; else the normalised RFC 3339 text: own offset, up to nine digits. */
  readonly text: string;
}

const LOOSE = /^(\d{4})-(\d{2})-(\d{2})(?:([T ])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Parses a time of the HTTP API as go-openapi's strfmt does: RFC 3339 with any fraction, also without zone (UTC), with
 * an offset without colon, without seconds, with a space for the T, or a date alone. The empty string is 1970-01-01.
 * @returns undefined where it is no time.
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  if (text === '') return { ms: 0, text: '' };
  return parseCommon(text) ?? parseLoose(text);
}

/** RFC 3339 as Go marshals a time: as many digits as needed. @param text a Timestamp's. */
export function formatTime(ms: number, text = ''): string {
  if (text !== '') return text;
  const whole = Math.floor(ms);
  const iso = new Date(whole).toISOString();
  const micros = whole === ms ? 0 : Math.min(Math.round((ms - whole) * 1_000), 999);
  const end = iso.length - 1;
  if (micros > 0) return `${iso.slice(0, end)}${String(micros).padStart(3, '0').replace(/0+$/, '')}Z`;
  if (!iso.endsWith('0Z')) return iso;
  if (iso.endsWith('.000Z')) return `${iso.slice(0, -5)}Z`;
  return `${iso.slice(0, iso.endsWith('00Z') ? -3 : -2)}Z`;
}

/** RFC 3339 with exactly three digits, cut, not rounded: the API's form. @param text a Timestamp's. */
export function formatTimeMillis(ms: number, text = ''): string {
  if (text === '') return new Date(Math.floor(ms)).toISOString();
  const zone = text.endsWith('Z') ? text.length - 1 : text.length - 6;
  return `${text.slice(0, 19)}.${text.slice(20, Math.min(zone, 23)).padEnd(3, '0')}${text.slice(zone)}`;
}

const ZERO = 48;

/** The common shape, `2026-03-01T08:15:02.5Z`, character by character: this is in the way of every alert. */
function parseCommon(text: string): Timestamp | undefined {
  const end = text.length - 1;
  if (end < 19 || text.charCodeAt(end) !== 90 /* Z */ || text.charCodeAt(10) !== 84 /* T */) return undefined;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return undefined;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return undefined;
  const seconds = toSeconds(
    two(text, 0) * 100 + two(text, 2),
    two(text, 5),
    two(text, 8),
    two(text, 11),
    two(text, 14),
    two(text, 17),
  );
  if (Number.isNaN(seconds)) return undefined;
  if (end === 19) return { ms: seconds * 1_000, text: '' };
  if (text.charCodeAt(19) !== 46 || end === 20) return undefined;
  let nanos = 0;
  let scale = 100_000_000;
  let significant = 0;
  for (let i = 20; i < end; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    if (scale < 1) continue;
    nanos += digit * scale;
    scale = scale === 1 ? 0 : scale / 10;
    if (digit !== 0) significant = i + 1;
  }
  const ms = seconds * 1_000 + nanos / 1_000_000;
  if (significant <= 23) return { ms, text: '' };
  const normal = significant === end ? text : `${text.slice(0, significant)}Z`;
  // formatTime gives at most six digits back.
  return { ms, text: significant > 26 ? normal : keep(ms, normal) };
}

function parseLoose(text: string): Timestamp | undefined {
  const match = LOOSE.exec(text);
  if (!match) return undefined;
  const [, year = '', month = '', day = '', separator, hour = '00', minute = '00', second, digits = '', zone] = match;
  // Only the full form has an offset, and only the form with seconds and without zone a space.
  if (separator === ' ' && (second === undefined || zone !== undefined)) return undefined;
  if (second === undefined && zone !== undefined && zone !== 'Z') return undefined;
  const seconds = toSeconds(
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second ?? '0'),
  );
  const offset = offsetSeconds(zone);
  if (Number.isNaN(seconds + offset)) return undefined;
  const fraction = digits.slice(0, 9).replace(/0+$/, '');
  const ms = (seconds - offset) * 1_000 + Number(fraction.padEnd(9, '0')) / 1_000_000;
  const clock = `${hour.padStart(2, '0')}:${minute}:${second ?? '00'}${fraction && `.${fraction}`}`;
  const suffix = offset === 0 ? 'Z' : `${zone?.slice(0, 3)}:${zone?.slice(-2)}`;
  return { ms, text: keep(ms, `${year}-${month}-${day}T${clock}${suffix}`) };
}

function keep(ms: number, text: string): string {
  return formatTime(ms) === text ? '' : text;
}

/** Two digits; NaN where there are none. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Of ±hh:mm, ±hhmm, Z or nothing; NaN where out of range. */
function offsetSeconds(zone = 'Z'): number {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 24 || minutes > 59) return Number.NaN;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60;
}

/** Seconds since 1970 of a civil time in UTC; NaN where a field is out of its range. */
function toSeconds(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  if (!(month >= 1 && month <= 12 && hour <= 23 && minute <= 59 && second <= 59 && day >= 1)) return Number.NaN;
  if (day > daysInMonth(year, month)) return Number.NaN;
  return daysFromCivil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
}
