import type { Time } from '../time/go-time.ts';
import { formatLayout } from '../time/layout.ts';
import { loadZone } from '../time/zones.ts';
import { asTime } from './time-value.ts';

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
  /** A layout as Go's Time.Format takes it. */
  readonly layout: string;
}

export const DEFAULT_LAYOUT = '2 Jan 2006, 15:04:05 MST';

/** @throws Error when there is no such zone. */
export function timeFormat({ zone, layout }: TimeSettings): TimeFormat {
  const location = loadZone(zone);
  const cache = new Map<string, string>();

  function write(value: unknown, format: string): string {
    // An email shows the same few times again and again.
    const key = typeof value === 'string' ? `${format}\n${value}` : undefined;
    const known = key === undefined ? undefined : cache.get(key);
    if (known !== undefined) return known;
    const time = readable(value);
    const text = time === undefined ? '' : formatLayout(time.in(location), format);
    if (cache.size >= 1_000) cache.clear();
    if (key !== undefined && key.length < 200) cache.set(key, text);
    return text;
  }

  return { when: (value) => write(value, layout), clock: (value) => write(value, '15:04:05') };
}

/** undefined for a time that is missing, zero (Go's or 1970) or unreadable. */
export function readable(value: unknown): Time | undefined {
  try {
    const time = asTime(value);
    return time.seconds > 0 ? time : undefined;
  } catch {
    return undefined;
  }
}
