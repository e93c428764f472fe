import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, formatGoDuration, parseDuration, parseGoDuration } from '../../src/time/duration.ts';

describe('configuration durations', () => {
  test.each([
    ['0', 0],
    ['0s', 0],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1y2w3d4h5m6s7ms', 31_536_000_000 + 2 * 604_800_000 + 3 * 86_400_000 + 14_706_007],
    ['00005s', 5_000],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    ['', 'empty duration string'],
    ['10', 'not a valid duration string: "10"'],
    ['1m1h', 'not a valid duration string: "1m1h"'],
    ['1s1s', 'not a valid duration string: "1s1s"'],
    ['-1s', 'not a valid duration string: "-1s"'],
    [' 1s', 'not a valid duration string: " 1s"'],
    ['s', 'not a valid duration string: "s"'],
    ['1.5h', 'unknown unit "." in duration "1.5h"'],
    ['1h ', 'unknown unit "h " in duration "1h "'],
    ['1H', 'unknown unit "H" in duration "1H"'],
    ['1constructor', 'unknown unit "constructor" in duration "1constructor"'],
    ['300y', 'duration out of range'],
    ['99999999999999999999999s', 'not a valid duration string: "99999999999999999999999s"'],
  ])('%j: %s', (text, message) => {
    expect(() => parseDuration(text)).toThrow(new Error(message));
  });

  test.each([
    [0, '0s'],
    [90 * 86_400_000, '90d'],
    [7 * 86_400_000, '1w'],
    [365 * 86_400_000, '1y'],
    [366 * 86_400_000, '366d'],
    [5_400_000, '1h30m'],
    [61_001, '1m1s1ms'],
  ])('%d ms prints as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test('what is printed parses back', () => {
    fc.assert(
      fc.property(fc.nat(9_000_000_000_000), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

describe("Go's durations", () => {
  test.each([
    ['0', 0, '0s'],
    ['1.5h', 5_400_000, '1h30m0s'],
    ['500ms', 500, '500ms'],
    ['-1m', -60_000, '-1m0s'],
    ['+1s', 1_000, '1s'],
    ['.5s', 500, '500ms'],
    ['1h2m3.5s', 3_723_500, '1h2m3.5s'],
    ['1us', 0.001, '1µs'],
    ['1µs', 0.001, '1µs'],
    ['10ns', 0.00001, '10ns'],
    ['1s1ns', 1_000.000001, '1.000000001s'],
  ])('%s is %d ms and prints as %s', (text, ms, printed) => {
    expect(parseGoDuration(text)).toBeCloseTo(ms, 9);
    expect(formatGoDuration(parseGoDuration(text))).toBe(printed);
  });

  test.each([
    ['', 'time: invalid duration ""'],
    ['-', 'time: invalid duration "-"'],
    ['h', 'time: invalid duration "h"'],
    ['1', 'time: missing unit in duration "1"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['1h 2m', 'time: unknown unit "h " in duration "1h 2m"'],
    ['9999999h', 'time: invalid duration "9999999h"'],
  ])('%j: %s', (text, message) => {
    expect(() => parseGoDuration(text)).toThrow(new Error(message));
  });
});
