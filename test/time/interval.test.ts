import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { isIanaName } from '../../src/time/iana-names.ts';
import { createTimeInterval, type TimeIntervalSpec } from '../../src/time/interval.ts';

function contains(spec: TimeIntervalSpec, time: string): boolean {
  return createTimeInterval(spec).contains(Date.parse(time));
}

describe('fields', () => {
  test.each<[TimeIntervalSpec, string, boolean]>([
    [{}, '2026-03-01T08:00:00Z', true],
    [{ times: [] }, '2026-03-01T08:00:00Z', false],
    [{ weekdays: [] }, '2026-03-01T08:00:00Z', false],
    [{ daysOfMonth: [] }, '2026-03-01T08:00:00Z', false],
    [{ months: [] }, '2026-03-01T08:00:00Z', false],
    [{ years: [] }, '2026-03-01T08:00:00Z', false],
    // Start inclusive, end exclusive, whole minutes.
    [{ times: [{ startTime: '09:00', endTime: '17:00' }] }, '2026-03-01T08:59:59.999Z', false],
    [{ times: [{ startTime: '09:00', endTime: '17:00' }] }, '2026-03-01T09:00:00Z', true],
    [{ times: [{ startTime: '09:00', endTime: '17:00' }] }, '2026-03-01T16:59:59.999Z', true],
    [{ times: [{ startTime: '09:00', endTime: '17:00' }] }, '2026-03-01T17:00:00Z', false],
    [{ times: [{ startTime: '23:00', endTime: '24:00' }] }, '2026-03-01T23:59:00Z', true],
    // 2026-03-01 is a Sunday.
    [{ weekdays: ['sunday'] }, '2026-03-01T00:00:00Z', true],
    [{ weekdays: ['Monday:FRIDAY'] }, '2026-03-01T00:00:00Z', false],
    [{ weekdays: ['monday:friday', 'sunday'] }, '2026-03-01T23:59:59Z', true],
    [{ months: ['march'] }, '2026-03-01T00:00:00Z', true],
    [{ months: ['4:6', 'November:december'] }, '2026-03-01T00:00:00Z', false],
    [{ years: ['2025:2026'] }, '2026-12-31T23:59:59Z', true],
    [{ years: ['2027'] }, '2026-12-31T23:59:59Z', false],
    [{ daysOfMonth: ['1:5'] }, '2026-03-05T00:00:00Z', true],
    [{ daysOfMonth: ['1:5'] }, '2026-03-06T00:00:00Z', false],
    [{ daysOfMonth: ['-1'] }, '2026-02-28T12:00:00Z', true],
    [{ daysOfMonth: ['-1'] }, '2024-02-28T12:00:00Z', false],
    [{ daysOfMonth: ['-1'] }, '2024-02-29T12:00:00Z', true],
    [{ daysOfMonth: ['-3:-1'] }, '2026-04-28T00:00:00Z', true],
    [{ daysOfMonth: ['-3:-1'] }, '2026-04-27T00:00:00Z', false],
    [{ daysOfMonth: ['-31:-1'] }, '2026-02-01T00:00:00Z', true],
    [{ daysOfMonth: ['5:-5'] }, '2026-02-24T00:00:00Z', true],
    [{ daysOfMonth: ['5:-5'] }, '2026-02-25T00:00:00Z', false],
    // A range that begins after the month's end does not match its last day.
    [{ daysOfMonth: ['31'] }, '2026-02-28T00:00:00Z', false],
    [{ daysOfMonth: ['28:31'] }, '2026-02-28T00:00:00Z', true],
    // All fields must match.
    [{ weekdays: ['sunday'], months: ['4'] }, '2026-03-01T00:00:00Z', false],
  ])('%j at %s: %s', (spec, time, expected) => {
    expect(contains(spec, time)).toBe(expected);
  });
});

describe('time zones', () => {
  const nine = [{ startTime: '09:00', endTime: '10:00' }];
  test.each<[string, string, boolean]>([
    ['UTC', '2026-07-01T09:30:00Z', true],
    ['', '2026-07-01T09:30:00Z', true],
    ['Europe/Berlin', '2026-07-01T07:30:00Z', true],
    ['Europe/Berlin', '2026-01-01T07:30:00Z', false],
    ['Europe/Berlin', '2026-01-01T08:30:00Z', true],
    ['America/New_York', '2026-07-01T13:00:00Z', true],
    ['Asia/Kathmandu', '2026-07-01T03:15:00Z', true],
    ['Asia/Kathmandu', '2026-07-01T03:14:59Z', false],
    ['Australia/Lord_Howe', '2026-01-01T22:00:00Z', true],
    ['Etc/GMT+5', '2026-07-01T14:00:00Z', true],
  ])('09:00 to 10:00 in %j holds at %s: %s', (location, time, expected) => {
    expect(contains({ times: nine, location }, time)).toBe(expected);
  });

  test('the day is that of the zone', () => {
    const sunday = { weekdays: ['sunday'], location: 'Asia/Tokyo' };
    expect(contains(sunday, '2026-02-28T14:59:59Z')).toBe(false);
    expect(contains(sunday, '2026-02-28T15:00:00Z')).toBe(true);
    expect(contains({ years: ['2027'], location: 'Asia/Tokyo' }, '2026-12-31T15:00:00Z')).toBe(true);
  });

  test('an hour that the clocks skip never comes', () => {
    // Berlin, 2026-03-29: 02:00 becomes 03:00 at 01:00 UTC.
    const skipped = { times: [{ startTime: '02:00', endTime: '03:00' }], location: 'Europe/Berlin' };
    for (let minute = 0; minute < 24 * 60; minute++) {
      expect(createTimeInterval(skipped).contains(Date.parse('2026-03-28T23:00:00Z') + minute * 60_000)).toBe(false);
    }
  });

  test('an hour that the clocks repeat comes twice', () => {
    // Berlin, 2026-10-25: 03:00 becomes 02:00 at 01:00 UTC.
    const repeated = createTimeInterval({
      times: [{ startTime: '02:00', endTime: '03:00' }],
      location: 'Europe/Berlin',
    });
    const minutes = Array.from({ length: 25 * 60 }, (_, i) => Date.parse('2026-10-24T22:00:00Z') + i * 60_000);
    const inside = minutes.filter((now) => repeated.contains(now));
    expect(inside).toHaveLength(120);
    expect(new Date(inside[0] as number).toISOString()).toBe('2026-10-25T00:00:00.000Z');
    expect(new Date(inside.at(-1) as number).toISOString()).toBe('2026-10-25T01:59:00.000Z');
  });

  test("Local is the process's zone", () => {
    const now = Date.parse('2026-07-01T12:34:00Z');
    const { hour } = DateTime.fromMillis(now);
    const text = (h: number): string => `${String(h).padStart(2, '0')}:00`;
    const interval = createTimeInterval({
      times: [{ startTime: text(hour), endTime: text(hour + 1) }],
      location: 'Local',
    });
    expect(interval.contains(now)).toBe(true);
    expect(interval.contains(now + 3_600_000)).toBe(false);
  });

  test('agrees with luxon', () => {
    const zones = [
      'UTC',
      'Europe/London',
      'America/Los_Angeles',
      'Asia/Kolkata',
      'Pacific/Chatham',
      'Australia/Lord_Howe',
    ];
    const range = (least: number, most: number): fc.Arbitrary<[number, number]> =>
      fc
        .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }))
        .map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
    const now = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2035, 0) });
    const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
    fc.assert(
      fc.property(
        ...([now, fc.constantFrom(...zones), range(0, 6), range(1, 31), range(1, 12), range(0, 23)] as const),
        (ms, location, weekdays, dates, months, hours) => {
          const local = DateTime.fromMillis(ms, { zone: location });
          const inside = (value: number, [from, to]: readonly [number, number]): boolean =>
            from <= value && value <= to;
          const hour = (value: number): string => `${String(value).padStart(2, '0')}:00`;
          const single: [TimeIntervalSpec, boolean][] = [
            [{ weekdays: [weekdays.map((day) => days[day]).join(':')] }, inside(local.weekday % 7, weekdays)],
            [{ daysOfMonth: [dates.join(':')] }, inside(local.day, dates)],
            [{ months: [months.join(':')] }, inside(local.month, months)],
            [{ years: [`${local.year}`] }, true],
            [{ times: [{ startTime: hour(hours[0]), endTime: hour(hours[1] + 1) }] }, inside(local.hour, hours)],
            [{ daysOfMonth: [`${local.day - (local.daysInMonth ?? 0) - 1}`] }, true],
          ];
          for (const [spec, expected] of single) {
            expect(createTimeInterval({ ...spec, location }).contains(ms)).toBe(expected);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

test('the remembered answer is that of its minute only', () => {
  const interval = createTimeInterval({ times: [{ startTime: '09:00', endTime: '09:01' }] });
  const nine = Date.parse('2026-03-01T09:00:00Z');
  expect([nine, nine + 59_999, nine + 60_000, nine, nine - 1].map((now) => interval.contains(now))).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
});

describe('errors', () => {
  test.each<[TimeIntervalSpec, string]>([
    [{ times: [{ startTime: '', endTime: '10:00' }] }, 'both start and end times must be provided'],
    [{ times: [{ startTime: '9:00', endTime: '10:00' }] }, "couldn't parse timestamp 9:00, invalid format"],
    [{ times: [{ startTime: '09:00', endTime: '24:01' }] }, "couldn't parse timestamp 24:01, invalid format"],
    [{ times: [{ startTime: '10:00', endTime: '10:00' }] }, 'start time cannot be equal or greater than end time'],
    [{ weekdays: ['mon'] }, 'mon is not a valid weekday'],
    [{ weekdays: ['1'] }, '1 is not a valid weekday'],
    [{ weekdays: ['Monday:x:y'] }, "couldn't parse range monday:x:y, invalid format"],
    [{ daysOfMonth: ['0'] }, '0 is not a valid day of the month: out of range'],
    [{ daysOfMonth: ['1:32'] }, '32 is not a valid day of the month: out of range'],
    [{ daysOfMonth: ['-50'] }, '-50 is not a valid day of the month: out of range'],
    [{ daysOfMonth: ['-3:5'] }, 'end day must be negative if start day is negative'],
    [{ daysOfMonth: ['10:-25'] }, 'end day -25 is always before start day 10'],
    [{ daysOfMonth: ['x'] }, 'strconv.Atoi: parsing "x": invalid syntax'],
    [{ months: ['martius'] }, 'martius is not a valid month'],
    [{ months: ['December:january'] }, 'end month january is before start month december'],
    [{ years: ['2022:2020'] }, 'end year 2020 is before start year 2022'],
    [{ years: ['99999999999999999999'] }, 'strconv.Atoi: parsing "99999999999999999999": value out of range'],
    [{ location: 'Foo/Bar' }, 'unknown time zone Foo/Bar'],
    [{ location: 'europe/berlin' }, 'unknown time zone europe/berlin'],
    [{ location: '+01:00' }, 'unknown time zone +01:00'],
  ])('%j: %s', (spec, message) => {
    expect(() => createTimeInterval(spec)).toThrow(new Error(message));
  });
});

test('marshals to the canonical form', () => {
  const interval = createTimeInterval({
    times: [{ startTime: '09:00', endTime: '24:00' }],
    weekdays: ['Monday:FRIDAY', 'sunday:sunday'],
    daysOfMonth: ['1:5', '-3:-1', '+7'],
    months: ['January:march', 'december'],
    years: ['2020:2022', '2026'],
    location: 'Europe/Berlin',
  });
  expect(interval.marshal()).toEqual({
    times: [{ startTime: '09:00', endTime: '24:00' }],
    weekdays: ['monday:friday', 'sunday'],
    daysOfMonth: ['1:5', '-3:-1', '7'],
    months: ['1:3', '12'],
    years: ['2020:2022', '2026'],
    location: 'Europe/Berlin',
  });
  expect(createTimeInterval({}).marshal()).toEqual({});
  expect(createTimeInterval({ weekdays: [] }).marshal()).toEqual({});
});

describe('a range of weekdays that goes over the end of the week', () => {
  const at = (day: number): number => Date.UTC(2026, 2, day, 12);

  test('holds from its first day to its last', () => {
    const interval = createTimeInterval({ weekdays: ['friday:monday'] });
    // 2026-03-01 is a Sunday.
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((day) => interval.contains(at(day)))).toEqual([
      ...[true, true, false, false, false, true, true, true],
    ]);
  });

  test('is shown as two, which older parsers read', () => {
    expect(createTimeInterval({ weekdays: ['friday:monday', 'Tuesday'] }).marshal()).toEqual({
      weekdays: ['friday:saturday', 'sunday:monday', 'tuesday'],
    });
  });
});

test.each(['CST', 'IST', 'BST', 'JST', 'utc', 'europe/berlin', 'Europe/berlin', 'US/Pacific-New', '+02:00'])(
  'IANA has no zone %s',
  (location) => {
    expect(() => createTimeInterval({ location })).toThrow(`unknown time zone ${location}`);
    expect(isIanaName(location)).toBe(false);
  },
);
