import { type Helpers, textOf } from '../helper.ts';
import { readable } from '../time-format.ts';
import { TimeValue } from '../time-value.ts';

/** Times and spans in words, for people. Missing, unreadable and zero times come out empty. */
export const spanHelpers: Helpers = {
  /** `20 Aug 2026, 10:02:44 UTC`, in the configured zone and layout. */
  when: ([time], { rendering }) => rendering.times.when(time),
  /** `10:02:44` */
  clock: ([time], { rendering }) => rendering.times.clock(time),
  /** `3 hours 20 minutes ago` */
  ago: ([time], { rendering }) => agoOf(time, rendering.now),
  /** How long from the one to the other: `2 hours 5 minutes`. */
  lasted: ([from, to]) => lastedOf(from, to),
  /** The earliest of the alerts' start times. */
  earliest: ([alerts]) => extreme(alerts, 'startsAt', (a, b) => a < b),
  latest: ([alerts]) => extreme(alerts, 'endsAt', (a, b) => a > b),
};

export function agoOf(time: unknown, now: number): string {
  const start = msOf(time);
  if (start === undefined) return '';
  return now - start < 5_000 ? 'just now' : `${spanWords(now - start)} ago`;
}

export function lastedOf(from: unknown, to: unknown): string {
  const start = msOf(from);
  const end = msOf(to);
  return start === undefined || end === undefined || end < start ? '' : spanWords(end - start);
}

function msOf(value: unknown): number | undefined {
  const time = readable(value);
  return time && new TimeValue(time).ms;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** The two largest units; of minutes only the minutes. */
function spanWords(ms: number): string {
  const first = UNITS.findIndex(([, size]) => ms >= size);
  if (first < 0) return 'less than a second';
  const [unit, size] = UNITS[first] as (typeof UNITS)[number];
  const words = [count(Math.floor(ms / size), unit)];
  const second = UNITS[first + 1];
  if (second !== undefined && unit !== 'minute') {
    const left = Math.floor((ms % size) / second[1]);
    if (left > 0) words.push(count(left, second[0]));
  }
  return words.join(' ');
}

function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? '' : 's'}`;
}

function extreme(alerts: unknown, key: 'startsAt' | 'endsAt', before: (a: number, b: number) => boolean): string {
  let best: { ms: number; text: string } | undefined;
  for (const alert of Array.isArray(alerts) ? alerts : []) {
    const text = textOf((alert as Record<string, unknown> | null)?.[key]);
    const ms = msOf(text);
    if (ms !== undefined && (best === undefined || before(ms, best.ms))) best = { ms, text };
  }
  return best?.text ?? '';
}
