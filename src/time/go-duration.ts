import { quote } from './parse-layout.ts';

/** Go's time.Duration: an int64 of nanoseconds, here a bigint. */

export const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const MINUTE = 60_000_000_000n;
const MOST = 2n ** 63n;

/** Parses `1h30m`, `-1.5s`, `0` (Go's time.ParseDuration). @throws Error with Go's text. */
export function parseDurationNanos(text: string): bigint {
  const invalid = (what = 'invalid duration'): Error => new Error(`time: ${what} ${quote(text)}`);
  const negative = text.startsWith('-');
  let rest = text.replace(/^[-+]/, '');
  if (rest === '0') return 0n;
  if (rest === '') throw invalid();
  let total = 0n;
  while (rest !== '') {
    const [number = '', whole = '', fraction = ''] = /^(\d*)(?:\.(\d*))?/.exec(rest) ?? [];
    if (whole === '' && fraction === '') throw invalid();
    rest = rest.slice(number.length);
    const [unit = ''] = /^[^.\d]*/.exec(rest) ?? [];
    rest = rest.slice(unit.length);
    if (whole.replace(/^0+/, '').length > 19) throw invalid();
    if (unit === '') throw invalid('missing unit in duration');
    const size = Object.hasOwn(NANOSECONDS, unit) ? NANOSECONDS[unit] : undefined;
    if (size === undefined) throw invalid(`unknown unit ${quote(unit)} in duration`);
    total += BigInt(whole || '0') * size + fractionOf(fraction, size);
    if (total > MOST) throw invalid();
  }
  if (negative) return -total;
  if (total === MOST) throw invalid();
  return total;
}

/** As Go computes it: in floating point, from as many digits as an int64 holds. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    if (value > (MOST - 1n) / 10n || value * 10n + BigInt(digit) > MOST) break;
    value = value * 10n + BigInt(digit);
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}

/** Go's Duration.String: `1h30m0s`, `1.5s`, `2ns`, `0s`. */
export function durationString(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos;
  const sign = nanos < 0n ? '-' : '';
  if (size === 0n) return '0s';
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`;
  const seconds = `${decimal(size % MINUTE, 9)}s`;
  const minutes = size / MINUTE;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return `${sign}${hours === 0n ? '' : `${hours}h`}${minutes % 60n}m${seconds}`;
}

function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return digits.slice(0, -places) + (fraction && `.${fraction}`);
}
