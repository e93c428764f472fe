import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ZERO_TIME } from '../../src/alert/alert.ts';
import { formatTime, formatTimeMillis, parseTimestamp } from '../../src/time/timestamp.ts';

describe('a time is read and printed', () => {
  // Text, as Go's RFC3339Nano prints it (webhooks), as the API prints it.
  test.each([
    ['2026-03-01T08:15:02.5Z', '2026-03-01T08:15:02.5Z', '2026-03-01T08:15:02.500Z'],
    ['2026-03-01T08:15:02Z', '2026-03-01T08:15:02Z', '2026-03-01T08:15:02.000Z'],
    ['2026-03-01T08:15:02.120Z', '2026-03-01T08:15:02.12Z', '2026-03-01T08:15:02.120Z'],
    ['2026-03-01T08:15:02.123456Z', '2026-03-01T08:15:02.123456Z', '2026-03-01T08:15:02.123Z'],
    ['2026-03-01T08:15:02.1234560Z', '2026-03-01T08:15:02.123456Z', '2026-03-01T08:15:02.123Z'],
    ['2026-03-01T08:15:02.999999999Z', '2026-03-01T08:15:02.999999999Z', '2026-03-01T08:15:02.999Z'],
    ['2026-03-01T08:15:02.1234567899Z', '2026-03-01T08:15:02.123456789Z', '2026-03-01T08:15:02.123Z'],
    ['2026-03-01T08:15:02,5Z', '2026-03-01T08:15:02.5Z', '2026-03-01T08:15:02.500Z'],
    ['2026-01-01T10:00:00+02:00', '2026-01-01T10:00:00+02:00', '2026-01-01T10:00:00.000+02:00'],
    ['2026-01-01T10:00:00.120-0530', '2026-01-01T10:00:00.12-05:30', '2026-01-01T10:00:00.120-05:30'],
    ['2026-01-01T10:00:00+00:00', '2026-01-01T10:00:00Z', '2026-01-01T10:00:00.000Z'],
    ['2026-01-01T10:00:00', '2026-01-01T10:00:00Z', '2026-01-01T10:00:00.000Z'],
    ['2026-01-01T10:00:00.25', '2026-01-01T10:00:00.25Z', '2026-01-01T10:00:00.250Z'],
    ['2026-01-01T10:00Z', '2026-01-01T10:00:00Z', '2026-01-01T10:00:00.000Z'],
    ['2026-01-01T10:00', '2026-01-01T10:00:00Z', '2026-01-01T10:00:00.000Z'],
    ['2026-01-01 10:00:00', '2026-01-01T10:00:00Z', '2026-01-01T10:00:00.000Z'],
    ['2026-01-01', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T9:00:00Z', '2026-01-01T09:00:00Z', '2026-01-01T09:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00.000Z', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
    ['', '1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  ])('%j', (input, nano, millis) => {
    const time = parseTimestamp(input);
    expect(time && formatTime(time.ms, time.text)).toBe(nano);
    expect(time && formatTimeMillis(time.ms, time.text)).toBe(millis);
  });

  test.each([
    'x',
    'now',
    '2026',
    '2026-1-1',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31',
    '2026-13-01',
    '2026-00-01',
    '2026-01-00',
    '2026-01-01T24:00:00Z',
    '2026-01-01T10:60:00Z',
    '2026-01-01T10:00:60Z',
    '2026-01-01T10:00:00.Z',
    '2026-01-01T10:00:00z',
    '2026-01-01t10:00:00Z',
    '2026-01-01 10:00',
    '2026-01-01 10:00:00Z',
    '2026-01-01T10:00+02:00',
    '2026-01-01T10:00:00+25:00',
    '2026-01-01T10:00:00+02',
    '2026-01-01T10:00:0xZ',
    '2026-01-01T10:00:00.1x2Z',
    '2026/01/01T10:00:00Z',
    ' 2026-01-01T10:00:00Z',
    '2026-01-01T10:00:00Z ',
  ])('%j is no time', (input) => {
    expect(parseTimestamp(input)).toBeUndefined();
  });
});

test('the text is kept only where the ms do not give it back', () => {
  expect(parseTimestamp('2026-03-01T08:15:02.500Z')).toEqual({ ms: 1_772_352_902_500, text: '' });
  expect(parseTimestamp('2026-03-01T08:15:02.123456Z')).toEqual({ ms: 1_772_352_902_123.456, text: '' });
  expect(parseTimestamp('2026-03-01T08:15:02.1234567Z')?.text).toBe('2026-03-01T08:15:02.1234567Z');
  expect(parseTimestamp('2026-03-01T10:15:02+02:00')).toEqual({
    ms: 1_772_352_902_000,
    text: '2026-03-01T10:15:02+02:00',
  });
});

test("Go's zero time", () => {
  expect(parseTimestamp('0001-01-01T00:00:00Z')).toEqual({ ms: ZERO_TIME, text: '' });
  expect(formatTime(ZERO_TIME)).toBe('0001-01-01T00:00:00Z');
  expect(formatTimeMillis(ZERO_TIME)).toBe('0001-01-01T00:00:00.000Z');
});

test('every ms of the first ten thousand years is read and printed as JavaScript has it', () => {
  const last = Date.UTC(9999, 11, 31);
  fc.assert(
    fc.property(fc.integer({ min: ZERO_TIME, max: last }), (ms) => {
      const iso = new Date(ms).toISOString();
      expect(parseTimestamp(iso)).toEqual({ ms, text: '' });
      expect(formatTimeMillis(ms)).toBe(iso);
      expect(parseTimestamp(formatTime(ms))).toEqual({ ms, text: '' });
      expect(formatTime(ms)).toBe(iso.replace(/\.?0*Z$/, 'Z').replace(/^(.{10}T..:..)Z$/, '$1:00Z'));
    }),
  );
});

test('an offset moves the ms and stays in the text', () => {
  const offset = fc.integer({ min: -23 * 60, max: 23 * 60 }).filter((minutes) => minutes !== 0);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0) }), offset, (ms, minutes) => {
      const size = Math.abs(minutes);
      const zone = `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
      const text = new Date(ms + minutes * 60_000).toISOString().replace('Z', zone);
      const time = parseTimestamp(text);
      expect(time?.ms).toBe(ms);
      expect(time && formatTimeMillis(time.ms, time.text)).toBe(text);
    }),
  );
});
