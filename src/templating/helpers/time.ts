import { formatGoDuration } from '../../time/duration.ts';
import { fromTimestamp, ZERO_TIME } from '../../time/go-time.ts';
import { formatLayout } from '../../time/layout.ts';
import { parseLayout } from '../../time/parse-layout.ts';
import { loadZone } from '../../time/zones.ts';
import { type Helpers, textOf } from '../helper.ts';
import { Printable } from '../printable.ts';
import { asTime, TimeValue } from '../time-value.ts';

/** A span of time in ms: prints as Go's time.Duration (`1h2m3s`). */
class GoDuration extends Printable {
  readonly ms: number;

  constructor(ms: number) {
    super();
    this.ms = ms;
  }

  toString(): string {
    return formatGoDuration(this.ms);
  }
}

/** Alertmanager's time functions. A time is `(now)`, the result of toDate or tz, or RFC 3339 text such as startsAt. */
export const timeHelpers: Helpers = {
  /** `date "2006-01-02 15:04" startsAt`: Go's layouts. */
  date: ([layout, time]) => formatLayout(asTime(time), textOf(layout)),
  tz: ([zone, time]) => new TimeValue(asTime(time).in(loadZone(textOf(zone)))),
  /** The time of the notification, so that every `now` of a message is the same. */
  now: (_args, { rendering }) => new TimeValue(fromTimestamp(rendering.now)),
  since: ([time], { rendering }) => new GoDuration(rendering.now - new TimeValue(asTime(time)).ms),
  /** Go's zero time where the text does not fit the layout. */
  toDate: ([layout, text]) => {
    try {
      return new TimeValue(parseLayout(textOf(layout), textOf(text)));
    } catch {
      return new TimeValue(ZERO_TIME);
    }
  },
  mustToDate: ([layout, text]) => new TimeValue(parseLayout(textOf(layout), textOf(text))),
  /** Of a span (`since startsAt`) or of seconds. */
  humanizeDuration: ([value]) =>
    humanizeDuration(value instanceof GoDuration ? value.ms / 1_000 : toFloat(textOf(value))),
};

function toFloat(text: string): number {
  const special = {
    '+inf': Number.POSITIVE_INFINITY,
    inf: Number.POSITIVE_INFINITY,
    '-inf': Number.NEGATIVE_INFINITY,
    nan: Number.NaN,
  };
  const known = special[text.trim().toLowerCase() as keyof typeof special];
  if (known !== undefined) return known;
  if (text.trim() === '' || Number.isNaN(Number(text)))
    throw new Error(`parsing ${JSON.stringify(text.slice(0, 40))}: invalid syntax`);
  return Number(text);
}

/** Prometheus' texts: `1d 2h 3m 4s`, `12.35s`, `123.5ms`. */
function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return Number.isNaN(seconds) ? 'NaN' : `${seconds > 0 ? '+' : '-'}Inf`;
  if (seconds === 0) return '0s';
  if (Math.abs(seconds) < 1) return smallDuration(seconds);
  const sign = seconds < 0 ? '-' : '';
  const size = Math.abs(seconds);
  const whole = Math.floor(size);
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor(whole / 3_600) % 24;
  const minutes = Math.floor(whole / 60) % 60;
  if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${whole % 60}s`;
  if (hours > 0) return `${sign}${hours}h ${minutes}m ${whole % 60}s`;
  if (minutes > 0) return `${sign}${minutes}m ${whole % 60}s`;
  return `${sign}${fourDigits(size)}s`;
}

function smallDuration(seconds: number): string {
  let value = seconds;
  let prefix = '';
  for (const next of ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y']) {
    if (Math.abs(value) >= 1) break;
    prefix = next;
    value *= 1_000;
  }
  return `${fourDigits(value)}${prefix}s`;
}

/** Go's %.4g for sizes between 1 and 9999. */
function fourDigits(value: number): string {
  return String(Number(value.toPrecision(4)));
}
