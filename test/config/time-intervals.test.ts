import { expect, test } from 'vitest';
import { load, problemsOf } from './support.ts';

const REST = 'route: {receiver: r}\nreceivers: [{name: r}]\n';

test('both lists share one name space', () => {
  const { timeIntervals } = load(
    `${REST}mute_time_intervals: [{name: a, time_intervals: [{weekdays: [sunday]}, {months: [1]}]}]\n` +
      'time_intervals: [{name: b}, {name: c, time_intervals: [{times: []}]}]',
  );
  expect([...timeIntervals.keys()]).toEqual(['a', 'b', 'c']);
  const sunday = Date.UTC(2026, 2, 1, 12);
  const counts = [...timeIntervals.values()].map((specs) => specs.map((spec) => spec.contains(sunday)));
  expect(counts).toEqual([[true, false], [], [false]]);
});

test.each([
  ['time_intervals: [{}]', ['missing name in time interval']],
  ['mute_time_intervals: [{}]', ['missing name in mute time interval']],
  ['time_intervals: [{name: a}, {name: a}]', ['time_intervals[1].name: time interval "a" is not unique']],
  ['mute_time_intervals: [{name: a}, {name: a}]', ['mute time interval "a" is not unique']],
  ['mute_time_intervals: [{name: a}]\ntime_intervals: [{name: a}]', ['time interval "a" is not unique']],
])('%s', (text, expected) => {
  expect(problemsOf(REST + text)).toEqual(expected.map((message) => expect.stringContaining(message)));
});

test('every bad range is named where it stands', () => {
  const text = `${REST}time_intervals:
- name: a
  time_intervals:
  - times: [{start_time: 9:00, end_time: '17:00'}, {start_time: '10:00'}, {start_time: '10:00', end_time: '09:00'}]
    weekdays: [mon, 'friday:monday', 'a:b:c']
    days_of_month: [0, '5:1', '-1:5']
    months: [may, smarch, 'june:may']
    years: [x, '2027:2026']
    location: Foo/Bar
    day: [1]
`;
  expect(problemsOf(text)).toEqual([
    "6:13: time_intervals[0].time_intervals[0].times[0]: couldn't parse timestamp 9:00, invalid format",
    '6:52: time_intervals[0].time_intervals[0].times[1]: both start and end times must be provided',
    '6:75: time_intervals[0].time_intervals[0].times[2]: start time cannot be equal or greater than end time',
    '7:16: time_intervals[0].time_intervals[0].weekdays[0]: mon is not a valid weekday',
    "7:38: time_intervals[0].time_intervals[0].weekdays[2]: couldn't parse range a:b:c, invalid format",
    '8:21: time_intervals[0].time_intervals[0].days_of_month[0]: 0 is not a valid day of the month: out of range',
    '8:24: time_intervals[0].time_intervals[0].days_of_month[1]: end day 1 is always before start day 5',
    '8:31: time_intervals[0].time_intervals[0].days_of_month[2]: end day must be negative if start day is negative',
    '9:19: time_intervals[0].time_intervals[0].months[1]: smarch is not a valid month',
    '9:27: time_intervals[0].time_intervals[0].months[2]: end month may is before start month june',
    '10:13: time_intervals[0].time_intervals[0].years[0]: strconv.Atoi: parsing "x": invalid syntax',
    '10:16: time_intervals[0].time_intervals[0].years[1]: end year 2026 is before start year 2027',
    '11:15: time_intervals[0].time_intervals[0].location: unknown time zone Foo/Bar',
    '12:5: time_intervals[0].time_intervals[0].day: unknown key: day (did you mean days_of_month?)',
  ]);
});
