import { goQuote } from '../alert/label-set.ts';

/** Durations are numbers of ms throughout; this file is their text forms. */

const UNITS = { y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
/** Go's time.Duration is an int64 of nanoseconds. */
const LONGEST_MS = 9_223_372_036_854;
const MOST_UINT64 = 2n ** 64n - 1n;

/**
 * Parses a configuration duration such as `1d12h` (Prometheus' ParseDuration): units from big to small, each once.
 * Returns ms.
 * @throws Error with Prometheus' text.
 */
export function parseDuration(text: string): number {
  if (text === '') throw new Error('empty duration string');
  if (text === '0') return 0;
  const invalid = (): Error => new Error(`not a valid duration string: ${goQuote(text)}`);
  let total = 0;
  let smallest = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const [whole, digits = '', unit = ''] of text.matchAll(/(\d+)(\D*)/gy)) {
    if (digits.length > 20 || BigInt(digits) > MOST_UINT64 || unit === '') throw invalid();
    if (!Object.hasOwn(UNITS, unit)) throw new Error(`unknown unit ${goQuote(unit)} in duration ${goQuote(text)}`);
    const size = UNITS[unit as keyof typeof UNITS];
    if (size >= smallest) throw invalid();
    smallest = size;
    total += Number(digits) * size;
    if (total > LONGEST_MS) throw new Error('duration out of range');
    end += whole.length;
  }
  if (end < text.length) throw invalid();
  return total;
}

/** The shortest text that parses back (Prometheus' Duration.String): years and weeks only where exact. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let left = ms;
  let text = '';
  for (const [unit, size] of Object.entries(UNITS)) {
    const exactOnly = unit === 'y' || unit === 'w';
    if (left < size || (exactOnly && left % size !== 0)) continue;
    const count = Math.floor(left / size);
    left -= count * size;
    text += `${count}${unit}`;
  }
  return text;
}

const GO_UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Parses a Go duration such as `1.5h` or `500ms` (time.ParseDuration), as flags use it. Returns ms. @throws Error with Go's text. */
export function parseGoDuration(text: string): number {
  const invalid = (): Error => new Error(`time: invalid duration "${text}"`);
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[-+]/, '');
  if (body === '0') return 0;
  if (body === '') throw invalid();
  let total = 0;
  let rest = body;
  while (rest !== '') {
    const match = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest);
    if (!match) throw invalid();
    const [whole, number = '', unit = ''] = match;
    if (unit === '') throw new Error(`time: missing unit in duration "${text}"`);
    const size = GO_UNITS[unit];
    if (size === undefined) throw new Error(`time: unknown unit "${unit}" in duration "${text}"`);
    total += Number(number) * size;
    rest = rest.slice(whole.length);
  }
  if (total > LONGEST_MS) throw invalid();
  return sign * total;
}

/** Go's Duration.String: `1m30s`, `1.5s`, `500ms`, `0s`. */
export function formatGoDuration(ms: number): string {
  if (ms === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  const size = Math.abs(ms);
  if (size < 1e-3) return `${sign}${trim(size * 1e6)}ns`;
  if (size < 1) return `${sign}${trim(size * 1e3)}µs`;
  if (size < 1_000) return `${sign}${trim(size)}ms`;
  const hours = Math.floor(size / UNITS.h);
  const minutes = Math.floor((size % UNITS.h) / UNITS.m);
  const seconds = `${trim((size % UNITS.m) / 1_000)}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

function trim(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '');
}
