import { goQuote } from '../alert/label-set.ts';
import { durationString, parseDurationNanos } from './go-duration.ts';

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

/** Parses a Go duration such as `1.5h` or `500ms` (time.ParseDuration), as flags use it. Returns ms. @throws Error with Go's text. */
export function parseGoDuration(text: string): number {
  return Number(parseDurationNanos(text)) / 1e6;
}

/** Go's Duration.String: `1m30s`, `1.5s`, `500ms`, `0s`. */
export function formatGoDuration(ms: number): string {
  return durationString(BigInt(Math.round(ms * 1e6)));
}
