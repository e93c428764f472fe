import { DateTime } from 'luxon';
import { asTime, formatGoLayout, GoTime, zoneName } from './go-time.ts';

/** How times are shown in emails, for one time zone and layout. */
export interface TimeFormat {
  /** `20 Aug 2026, 10:02:44 UTC`; '' for a time that is missing, zero or unreadable. */
  when(time: unknown): string;
  /** `10:02:44` */
  clock(time: unknown): string;
}

export interface TimeSettings {
  /** IANA name. */
  readonly zone: string;
  /** A layout as Go's Time.Format takes it; undefined: Tocsin's own. */
  readonly layout: string | undefined;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** ms: offsets of zones change at such times only. */
const QUARTER = 900_000;
const MAX_CACHED = 5_000;

export function timeFormat({ zone, layout }: TimeSettings): TimeFormat {
  const offsets = new Map<number, { readonly ms: number; readonly name: string }>();

  /** By hand: an email has many times, and luxon would take a tenth of its rendering for them. */
  function offsetAt(ms: number): { readonly ms: number; readonly name: string } {
    if (zone === 'UTC') return { ms: 0, name: 'UTC' };
    const quarter = Math.floor(ms / QUARTER);
    let offset = offsets.get(quarter);
    if (!offset) {
      const time = DateTime.fromMillis(ms, { zone, locale: 'en-US' });
      offset = { ms: time.offset * 60_000, name: zoneName(time) };
      if (offsets.size >= MAX_CACHED) offsets.clear();
      offsets.set(quarter, offset);
    }
    return offset;
  }

  function clockOf(time: GoTime): string {
    const local = new Date(time.ms + offsetAt(time.ms).ms);
    return `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`;
  }

  return {
    when: (value) => {
      const time = readable(value);
      if (time === undefined) return '';
      if (layout !== undefined) return formatGoLayout(layout, new GoTime(time.ms, zone, time.ns));
      const offset = offsetAt(time.ms);
      const local = new Date(time.ms + offset.ms);
      const day = `${local.getUTCDate()} ${MONTHS[local.getUTCMonth()]} ${local.getUTCFullYear()}`;
      return `${day}, ${clockOf(time)} ${offset.name}`;
    },
    clock: (value) => {
      const time = readable(value);
      return time === undefined ? '' : clockOf(time);
    },
  };
}

/** undefined for a time that is missing, zero or unreadable. */
export function readable(value: unknown): GoTime | undefined {
  try {
    const time = asTime(value);
    return time.ms > 0 ? time : undefined;
  } catch {
    return undefined;
  }
}

function two(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}
