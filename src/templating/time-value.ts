import { parseRfc3339, type Time } from '../time/go-time.ts';
import { timeString } from '../time/layout.ts';
import { parseTimestamp } from '../time/timestamp.ts';
import { Printable } from './printable.ts';

/** A point in time with the zone to show it in, as a value of the template language; prints as Go's time.Time. */
export class TimeValue extends Printable {
  readonly time: Time;

  constructor(time: Time) {
    super();
    this.time = time;
  }

  /** Since 1970, whole, cut. */
  get ms(): number {
    return this.time.seconds * 1_000 + Math.floor(this.time.nanoseconds / 1_000_000);
  }

  toString(): string {
    return timeString(this.time);
  }
}

/** The time that a template's value means: a TimeValue, or RFC 3339 text (in the offset that it is written in). */
export function asTime(value: unknown): Time {
  if (value instanceof TimeValue) return value.time;
  const text = typeof value === 'string' ? value : '';
  const time = parseRfc3339(text) ?? parseLoose(text);
  if (time === undefined) throw new Error(`not a time: ${JSON.stringify(text.slice(0, 40))}`);
  return time;
}

/** Other forms that the API takes, such as a date alone. */
function parseLoose(text: string): Time | undefined {
  const loose = text === '' ? undefined : parseTimestamp(text);
  return loose && parseRfc3339(loose.text || new Date(Math.floor(loose.ms)).toISOString());
}
