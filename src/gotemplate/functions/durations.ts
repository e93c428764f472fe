import { Failure } from '../errors.ts';
import { sprintf } from '../fmt.ts';
import { quote } from '../quote.ts';
import { Int, typeName, type Value } from '../value.ts';

const PREFIXES = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];

/** Prometheus' humanizeDuration: seconds in words. @throws Failure */
export function humanizeDuration(value: Value): string {
  const seconds = toSeconds(value);
  if (!Number.isFinite(seconds)) return sprintf('%.4g', [seconds]);
  if (seconds === 0) return sprintf('%.4gs', [seconds]);
  if (Math.abs(seconds) < 1) return fraction(seconds);
  const sign = seconds < 0 ? '-' : '';
  const size = Math.abs(seconds);
  // What int64 does not hold becomes its smallest number.
  const whole = size < 2 ** 63 ? BigInt(Math.trunc(size)) : -(2n ** 63n);
  const [days, hours, minutes, rest] = [whole / 86_400n, (whole / 3_600n) % 24n, (whole / 60n) % 60n, whole % 60n];
  if (days !== 0n) return `${sign}${days}d ${hours}h ${minutes}m ${rest}s`;
  if (hours !== 0n) return `${sign}${hours}h ${minutes}m ${rest}s`;
  if (minutes !== 0n) return `${sign}${minutes}m ${rest}s`;
  return sign + sprintf('%.4gs', [size]);
}

function fraction(seconds: number): string {
  let value = seconds;
  let prefix = '';
  for (const next of PREFIXES) {
    if (Math.abs(value) >= 1) break;
    prefix = next;
    value *= 1_000;
  }
  return `${sprintf('%.4g', [value])}${prefix}s`;
}

function toSeconds(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return parseFloat64(value);
  if (value instanceof Int && value.type === 'time.Duration') {
    return Number(value.value / 1_000_000_000n) + Number(value.value % 1_000_000_000n) / 1e9;
  }
  if (value instanceof Int && (value.type === 'int64' || value.type === 'uint64')) return Number(value.value);
  throw new Failure(`can't convert ${typeName(value)} to float`);
}

const SPECIAL: Readonly<Record<string, number>> = { inf: Infinity, infinity: Infinity, nan: Number.NaN };

function parseFloat64(text: string): number {
  const [, sign, word = ''] = /^([+-]?)(\w+)$/.exec(text) ?? [];
  const special = SPECIAL[word.toLowerCase()];
  if (special !== undefined && !(Number.isNaN(special) && sign !== '')) return sign === '-' ? -special : special;
  const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(number)) throw new Failure(`strconv.ParseFloat: parsing ${quote(text)}: invalid syntax`);
  if (!Number.isFinite(number)) throw new Failure(`strconv.ParseFloat: parsing ${quote(text)}: value out of range`);
  return number;
}
