import { type CivilDate, civilFromDays, daysFromCivil, daysInMonth } from './civil.ts';
import type { Location } from './location.ts';
import { fixedZone, localZone, UTC } from './zones.ts';

const DAY = 86_400;
const BILLION = 1_000_000_000n;
/** The range of Go's time.Duration, in ns. */
const LONGEST = 2n ** 63n - 1n;
const SHORTEST = -(2n ** 63n);

/** Seconds since 1970 of Go's zero time, 0001-01-01 00:00:00 UTC. */
export const ZERO_TIME_SECONDS = -62_135_596_800;

/** Go's time.Time, without a monotonic reading. Durations are in ns. */
export class Time {
  /** Since 1970, whole; negative before. */
  readonly seconds: number;
  /** On top of the seconds, 0 to 999999999. */
  readonly nanoseconds: number;
  readonly location: Location;

  constructor(seconds: number, nanoseconds: number, location: Location) {
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
    this.location = location;
  }

  in(location: Location): Time {
    return new Time(this.seconds, this.nanoseconds, location);
  }

  isZero(): boolean {
    return this.seconds === ZERO_TIME_SECONDS && this.nanoseconds === 0;
  }

  /** -1, 0 or 1; the zone is of no matter. */
  compare(other: Time): number {
    return Math.sign(this.seconds - other.seconds) || Math.sign(this.nanoseconds - other.nanoseconds);
  }

  /** As one number of ns since 1970. */
  unixNanos(): bigint {
    return BigInt(this.seconds) * BILLION + BigInt(this.nanoseconds);
  }

  add(duration: bigint): Time {
    return fromUnixNanos(this.unixNanos() + duration, this.location);
  }

  /** The difference, at the most 292 years either way. */
  sub(other: Time): bigint {
    const difference = this.unixNanos() - other.unixNanos();
    if (difference > LONGEST) return LONGEST;
    return difference < SHORTEST ? SHORTEST : difference;
  }

  /** Days and months that do not exist run over: 31 January and one month is 3 March. */
  addDate(years: number, months: number, days: number): Time {
    const { year, month, day } = this.date();
    return civilTime({ year: year + years, month: month + months, day: day + days }, this.secondOfDay(), this);
  }

  /** Down to a multiple of the duration since the zero time. */
  truncate(duration: bigint): Time {
    return duration <= 0n ? this : this.add(-this.#remainder(duration));
  }

  /** To the nearest multiple of the duration since the zero time, halves up. */
  round(duration: bigint): Time {
    if (duration <= 0n) return this;
    const rest = this.#remainder(duration);
    return this.add(rest + rest < duration ? -rest : duration - rest);
  }

  #remainder(duration: bigint): bigint {
    const rest = (this.unixNanos() - BigInt(ZERO_TIME_SECONDS) * BILLION) % duration;
    return rest < 0n ? rest + duration : rest;
  }

  /** In the time's zone, as the following. */
  date(): CivilDate {
    return civilFromDays(Math.floor(this.#local() / DAY));
  }

  secondOfDay(): number {
    return modulo(this.#local(), DAY);
  }

  /** 0 is Sunday. */
  weekday(): number {
    return modulo(Math.floor(this.#local() / DAY) + 4, 7);
  }

  /** 1 to 366. */
  dayOfYear(): number {
    const days = Math.floor(this.#local() / DAY);
    return days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1;
  }

  #local(): number {
    return this.seconds + this.location.at(this.seconds).offset;
  }
}

/** The value of a field that was left out. */
export const ZERO_TIME = new Time(ZERO_TIME_SECONDS, 0, UTC);

export function fromUnixNanos(nanos: bigint, location: Location): Time {
  let seconds = nanos / BILLION;
  let rest = nanos % BILLION;
  if (rest < 0n) {
    rest += BILLION;
    seconds -= 1n;
  }
  return new Time(Number(seconds), Number(rest), location);
}

/** @param ms since 1970, with a fraction. @param text RFC 3339 where that says more, as in a Timestamp. */
export function fromTimestamp(ms: number, text = ''): Time {
  const time = text === '' ? undefined : parseRfc3339(text);
  if (time) return time;
  const seconds = Math.floor(ms / 1_000);
  return new Time(seconds, Math.round((ms - seconds * 1_000) * 1_000) * 1_000, UTC);
}

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/**
 * Reads strict RFC 3339 as Go's Time.UnmarshalJSON does: the zone is UTC for Z, the machine's where it has this offset then,
 * else one without name. undefined where it is none.
 */
export function parseRfc3339(text: string): Time | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [, , , , , , , fraction = '', sign, offsetHours, offsetMinutes] = match;
  const outside =
    month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month) || hour > 23 || minute > 59 || second > 59;
  // Go accepts these as people do write them.
  if (outside || Number(offsetHours ?? 0) > 24 || Number(offsetMinutes ?? 0) > 60) return undefined;
  const seconds = daysFromCivil(year, month, day) * DAY + hour * 3_600 + minute * 60 + second;
  const nanoseconds = Number(fraction.slice(0, 9).padEnd(9, '0'));
  if (sign === undefined) return new Time(seconds, nanoseconds, UTC);
  const offset = (sign === '-' ? -1 : 1) * (Number(offsetHours) * 3_600 + Number(offsetMinutes) * 60);
  return atOffset(seconds - offset, nanoseconds, offset, localZone());
}

/** A time whose text gave an offset: in `location` where that has it then, too, else in a zone of its own. */
export function atOffset(seconds: number, nanoseconds: number, offset: number, location: Location, name = ''): Time {
  const period = location.at(seconds);
  const isThere = period.offset === offset && (name === '' || period.abbreviation === name);
  return new Time(seconds, nanoseconds, isThere ? location : fixedZone(name, offset));
}

/**
 * The time of a date and clock in a zone; months and days may lie outside their range (Go's time.Date).
 * A clock time that a change of the offset skips or repeats is taken with the offset before or after, as Go does.
 * @param like gives the nanoseconds and the zone.
 */
export function civilTime(date: CivilDate, secondOfDay: number, like: Pick<Time, 'nanoseconds' | 'location'>): Time {
  const year = date.year + Math.floor((date.month - 1) / 12);
  const month = modulo(date.month - 1, 12) + 1;
  const local = (daysFromCivil(year, month, 1) + date.day - 1) * DAY + secondOfDay;
  const guess = like.location.at(local);
  let { offset } = guess;
  if (offset !== 0) {
    const seconds = local - offset;
    if (seconds < guess.start || seconds >= guess.end) offset = like.location.at(seconds).offset;
  }
  return new Time(local - offset, like.nanoseconds, like.location);
}

function modulo(a: number, b: number): number {
  return ((a % b) + b) % b;
}
