import { goQuote } from '../alert/label-set.ts';

/** An inclusive range of one field of the calendar, and its canonical text. */
export interface Range {
  readonly begin: number;
  readonly end: number;
  readonly text: string;
}

/** `HH:MM`, the end exclusive; 24:00 is allowed. */
export interface TimeRangeSpec {
  readonly startTime: string;
  readonly endTime: string;
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
/** A month's fewest days: what a negative day is judged by before the month is known. */
const SHORTEST_MONTH = 28;

/** Minutes of the day. The text is `HH:MM-HH:MM`. @throws Error with Alertmanager's text, as all of these. */
export function parseTimes({ startTime, endTime }: TimeRangeSpec): Range {
  if (startTime === '' || endTime === '') throw new Error('both start and end times must be provided');
  const start = parseTime(startTime);
  const end = parseTime(endTime);
  if (start >= end) throw new Error('start time cannot be equal or greater than end time');
  return { begin: start, end: end - 1, text: `${startTime}-${endTime}` };
}

/** 0 is Sunday. A range whose begin lies after its end goes over the week's end. */
export function parseWeekdays(text: string): Range {
  const [begin, end] = split(text, (member) => {
    const day = WEEKDAYS.indexOf(member);
    if (day < 0) throw new Error(`${member} is not a valid weekday`);
    return day;
  });
  return toRange(begin, end, weekdayName);
}

/** A range's texts, each within one week: parsers before Alertmanager 0.35 take no other. */
export function weekdayTexts({ begin, end, text }: Range): string[] {
  if (begin <= end) return [text];
  const parts = [toRange(begin, 6, weekdayName), toRange(0, end, weekdayName)];
  return parts.map((part) => part.text);
}

function weekdayName(day: number): string {
  return WEEKDAYS[day] as string;
}

/** Days of the month, the negative ones from its end. */
export function parseDays(text: string): Range {
  const [begin, end] = split(text, parseInteger);
  for (const day of [begin, end]) {
    if (day === 0 || Math.abs(day) > 31) throw new Error(`${day} is not a valid day of the month: out of range`);
  }
  if (begin < 0 && end > 0) throw new Error('end day must be negative if start day is negative');
  const judged = (day: number): number => (day < 0 ? SHORTEST_MONTH + day : day);
  if (judged(begin) > judged(end)) throw new Error(`end day ${end} is always before start day ${begin}`);
  return toRange(begin, end, String);
}

/** 1 is January. */
export function parseMonths(text: string): Range {
  const [begin, end] = split(text, (member) => {
    if (MONTHS.includes(member)) return MONTHS.indexOf(member) + 1;
    if (!INTEGER.test(member)) throw new Error(`${member} is not a valid month`);
    return Number(member);
  });
  for (const month of [begin, end]) {
    if (month < 1 || month > 12) throw new Error(`${month} is not a valid month: out of range`);
  }
  if (begin > end) {
    throw new Error(`end month ${MONTHS[end - 1] ?? ''} is before start month ${MONTHS[begin - 1] ?? ''}`);
  }
  return toRange(begin, end, String);
}

export function parseYears(text: string): Range {
  const [begin, end] = split(text, parseInteger);
  if (begin > end) throw new Error(`end year ${end} is before start year ${begin}`);
  return toRange(begin, end, String);
}

function split(text: string, parse: (member: string) => number): [number, number] {
  const lower = text.toLowerCase();
  const members = lower.split(':');
  if (members.length > 2) throw new Error(`couldn't parse range ${lower}, invalid format`);
  const [begin = Number.NaN, end = begin] = members.map(parse);
  return [begin, end];
}

function toRange(begin: number, end: number, format: (member: number) => string): Range {
  return { begin, end, text: begin === end ? format(begin) : `${format(begin)}:${format(end)}` };
}

const INTEGER = /^[+-]?\d+$/;

/** As Go's strconv.Atoi. */
function parseInteger(text: string): number {
  if (!INTEGER.test(text)) throw new Error(`strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`);
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`strconv.Atoi: parsing ${goQuote(text)}: value out of range`);
  return value;
}

function parseTime(text: string): number {
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(text)) {
    throw new Error(`couldn't parse timestamp ${text}, invalid format`);
  }
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}
