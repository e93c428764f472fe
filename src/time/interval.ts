import {
  parseDays,
  parseMonths,
  parseTimes,
  parseWeekdays,
  parseYears,
  type Range,
  type TimeRangeSpec,
  weekdayTexts,
} from './interval-range.ts';
import { loadZone } from './zones.ts';

/** One spec of a named time interval (Alertmanager's timeinterval.TimeInterval). Immutable. */
export interface TimeInterval {
  /** @param now ms since 1970. */
  contains(now: number): boolean;
  /** The canonical form: ranges as Alertmanager prints them. As there, an empty list is absent too. */
  marshal(): TimeIntervalSpec;
}

/**
 * A spec as it stands in the file, every scalar as its text. A field that is absent matches anything, an empty list
 * nothing.
 */
export interface TimeIntervalSpec {
  readonly times?: readonly TimeRangeSpec[];
  readonly weekdays?: readonly string[];
  readonly daysOfMonth?: readonly string[];
  readonly months?: readonly string[];
  readonly years?: readonly string[];
  readonly location?: string;
}

/** Checks a spec and makes it ready. @throws Error with Alertmanager's text. */
export function createTimeInterval(spec: TimeIntervalSpec): TimeInterval {
  return new CheckedInterval(spec);
}

/** A moment's fields on the wall clock of a zone. */
interface WallTime {
  readonly minute: number;
  readonly weekday: number;
  readonly day: number;
  readonly daysInMonth: number;
  readonly month: number;
  readonly year: number;
}

class CheckedInterval implements TimeInterval {
  readonly #times: readonly Range[] | undefined;
  readonly #weekdays: readonly Range[] | undefined;
  readonly #days: readonly Range[] | undefined;
  readonly #months: readonly Range[] | undefined;
  readonly #years: readonly Range[] | undefined;
  readonly #location: string | undefined;
  readonly #toWallTime: (now: number) => WallTime;
  /** Every group asks at the same ticks, and the answer holds for a minute. */
  #minute = Number.NaN;
  #answer = false;

  constructor(spec: TimeIntervalSpec) {
    this.#times = spec.times?.map(parseTimes);
    this.#weekdays = spec.weekdays?.map(parseWeekdays);
    this.#days = spec.daysOfMonth?.map(parseDays);
    this.#months = spec.months?.map(parseMonths);
    this.#years = spec.years?.map(parseYears);
    this.#location = spec.location === '' ? 'UTC' : spec.location;
    this.#toWallTime = wallClock(this.#location ?? 'UTC');
  }

  contains(now: number): boolean {
    const minute = Math.floor(now / 60_000);
    if (minute !== this.#minute) {
      this.#answer = this.#matches(this.#toWallTime(minute * 60_000));
      this.#minute = minute;
    }
    return this.#answer;
  }

  marshal(): TimeIntervalSpec {
    const texts = (ranges: readonly Range[]): string[] => ranges.map((range) => range.text);
    return {
      ...(this.#times?.length && { times: this.#times.map(toTimeSpec) }),
      ...(this.#weekdays?.length && { weekdays: this.#weekdays.flatMap(weekdayTexts) }),
      ...(this.#days?.length && { daysOfMonth: texts(this.#days) }),
      ...(this.#months?.length && { months: texts(this.#months) }),
      ...(this.#years?.length && { years: texts(this.#years) }),
      ...(this.#location !== undefined && { location: this.#location }),
    };
  }

  #matches(time: WallTime): boolean {
    return (
      within(this.#times, time.minute) &&
      (this.#days?.some((range) => dayWithin(range, time)) ?? true) &&
      within(this.#months, time.month) &&
      (this.#weekdays?.some((range) => weekdayWithin(range, time.weekday)) ?? true) &&
      within(this.#years, time.year)
    );
  }
}

function within(ranges: readonly Range[] | undefined, value: number): boolean {
  return ranges?.some(({ begin, end }) => begin <= value && value <= end) ?? true;
}

function weekdayWithin({ begin, end }: Range, day: number): boolean {
  return begin <= end ? begin <= day && day <= end : day >= begin || day <= end;
}

/** Negative days count from the month's end. */
function dayWithin(range: Range, { day, daysInMonth }: WallTime): boolean {
  const begin = range.begin < 0 ? daysInMonth + range.begin + 1 : range.begin;
  const end = range.end < 0 ? daysInMonth + range.end + 1 : range.end;
  return begin <= day && day <= end;
}

function toTimeSpec(range: Range): TimeRangeSpec {
  const [startTime = '', endTime = ''] = range.text.split('-');
  return { startTime, endTime };
}

/** @param location IANA's name, in its case. @throws Error for an unknown zone, with Go's text. */
function wallClock(location: string): (now: number) => WallTime {
  if (location === 'UTC') return toWallTime;
  if (location === 'Local') return (now) => toWallTime(now - new Date(now).getTimezoneOffset() * 60_000);
  const zone = loadZone(location);
  return (now) => toWallTime(now + zone.at(Math.floor(now / 1_000)).offset * 1_000);
}

/** @param local ms since 1970 as if the zone's wall clock were UTC's. */
function toWallTime(local: number): WallTime {
  const date = new Date(local);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + 1;
  return {
    minute: date.getUTCHours() * 60 + date.getUTCMinutes(),
    weekday: date.getUTCDay(),
    day: date.getUTCDate(),
    daysInMonth: new Date(Date.UTC(year, month, 0)).getUTCDate(),
    month,
    year,
  };
}
