import { civilFromDays, daysFromCivil, daysInMonth } from './civil.ts';
import type { ZonePeriod } from './location.ts';

const DAY = 86_400;
const NAME = '(<[^>]+>|[A-Za-z]{3,})';
const OFFSET = '([+-]?\\d{1,3}(?::\\d{1,2}){0,2})';
const RULE = `(J?\\d{1,3}|M\\d{1,2}\\.\\d\\.\\d)(?:/${OFFSET})?`;
const TZ = new RegExp(`^${NAME}${OFFSET}(?:${NAME}${OFFSET}?(?:,${RULE},${RULE})?)?$`);

/** What a zone's rule says of a time after its last transition; the parsed form of a TZ variable. */
interface Rule {
  readonly standard: Half;
  readonly daylight: (Half & { readonly from: Change; readonly to: Change }) | undefined;
}

interface Half {
  readonly abbreviation: string;
  readonly offset: number;
}

/** When daylight saving begins or ends: local seconds from the start of a year. */
type Change = (year: number) => number;

const rules = new Map<string, Rule | undefined>();

/**
 * What holds at a time by the rule at the end of a zone's file, such as `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX's TZ).
 * @param start of the period without daylight saving time. @returns undefined where the text is no rule.
 */
export function periodByTz(text: string, start: number, seconds: number): ZonePeriod | undefined {
  let rule = rules.get(text);
  if (!rule) {
    rule = parseRule(text);
    rules.set(text, rule);
  }
  if (!rule) return undefined;
  const { standard, daylight } = rule;
  if (!daylight) return { ...standard, isDst: false, start, end: Infinity };
  const { year } = civilFromDays(Math.floor(seconds / DAY));
  const yearStart = daysFromCivil(year, 1, 1) * DAY;
  const from = yearStart + daylight.from(year) - standard.offset;
  const to = yearStart + daylight.to(year) - daylight.offset;
  const inDaylight = { abbreviation: daylight.abbreviation, offset: daylight.offset, isDst: true };
  const inStandard = { ...standard, isDst: false };
  const [outer, inner] = from <= to ? [inStandard, inDaylight] : [inDaylight, inStandard];
  const [first, last] = from <= to ? [from, to] : [to, from];
  if (seconds < first) return { ...outer, start: yearStart, end: first };
  // The year's end is no change; it is near enough for those who ask for the end.
  if (seconds >= last) return { ...outer, start: last, end: yearStart + 365 * DAY };
  return { ...inner, start: first, end: last };
}

function parseRule(text: string): Rule | undefined {
  const match = TZ.exec(text);
  if (!match) return undefined;
  const [, name = '', offset = '', dstName, dstOffset, from = 'M3.2.0', fromTime, to = 'M11.1.0', toTime] = match;
  const standard = { abbreviation: name.replace(/[<>]/g, ''), offset: -toSeconds(offset) };
  if (dstName === undefined) return { standard, daylight: undefined };
  return {
    standard,
    daylight: {
      abbreviation: dstName.replace(/[<>]/g, ''),
      offset: dstOffset === undefined ? standard.offset + 3_600 : -toSeconds(dstOffset),
      from: change(from, fromTime),
      to: change(to, toTime),
    },
  };
}

function toSeconds(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  return (text.startsWith('-') ? -1 : 1) * (hours * 3_600 + minutes * 60 + seconds);
}

function change(day: string, time = '2'): Change {
  const second = toSeconds(time);
  if (day.startsWith('M')) {
    const [month = 1, week = 1, weekday = 0] = day.slice(1).split('.').map(Number);
    return (year) => dayInMonth(year, month, week, weekday) * DAY + second;
  }
  if (!day.startsWith('J')) return () => Number(day) * DAY + second;
  // Counted without 29 February.
  const number = Number(day.slice(1)) - 1;
  return (year) => (number + (number >= 59 && daysInMonth(year, 2) === 29 ? 1 : 0)) * DAY + second;
}

/** Days from 1 January to the nth such weekday of a month; the fifth is the last. */
function dayInMonth(year: number, month: number, week: number, weekday: number): number {
  const first = daysFromCivil(year, month, 1);
  // 1 January 1970 was a Thursday.
  const firstWeekday = (((first + 4) % 7) + 7) % 7;
  let day = (weekday - firstWeekday + 7) % 7;
  for (let n = 1; n < week && day + 7 < daysInMonth(year, month); n++) day += 7;
  return first + day - daysFromCivil(year, 1, 1);
}
