import { describe, expect, test } from 'vitest';
import { mutedByIntervals } from '../../src/muting/intervals.ts';
import { createTimeInterval, type TimeInterval } from '../../src/time/interval.ts';

const NIGHT = createTimeInterval({ times: [{ startTime: '00:00', endTime: '06:00' }] });
const SUNDAY = createTimeInterval({ weekdays: ['sunday'] });
const INTERVALS = new Map<string, readonly TimeInterval[]>([
  ['night', [NIGHT]],
  ['sunday', [SUNDAY]],
  ['off', [NIGHT, SUNDAY]],
  ['never', []],
]);
const SUNDAY_NIGHT = Date.parse('2026-03-01T03:00:00Z');
const SUNDAY_NOON = Date.parse('2026-03-01T12:00:00Z');
const MONDAY_NOON = Date.parse('2026-03-02T12:00:00Z');

function muted(mute: string[], active: string[], now: number): unknown {
  return mutedByIntervals({ muteTimeIntervals: mute, activeTimeIntervals: active }, INTERVALS, now);
}

describe('mute time intervals', () => {
  test.each([
    [[], SUNDAY_NIGHT, undefined],
    [['night'], MONDAY_NOON, undefined],
    [['night', 'sunday'], SUNDAY_NOON, ['sunday']],
    [['night', 'sunday'], SUNDAY_NIGHT, ['night', 'sunday']],
    // Once per spec that matches.
    [['off'], SUNDAY_NIGHT, ['off', 'off']],
    [['off'], SUNDAY_NOON, ['off']],
    [['never'], SUNDAY_NOON, undefined],
  ])('%j at %d: %j', (names, now, by) => {
    expect(muted(names, [], now)).toEqual(by && { reason: 'mute_time_interval', by });
  });
});

describe('active time intervals', () => {
  test.each([
    [['sunday'], SUNDAY_NOON, undefined],
    [['night', 'sunday'], SUNDAY_NOON, undefined],
    // Outside: all of them are named.
    [['night', 'sunday'], MONDAY_NOON, ['night', 'sunday']],
    [['never'], SUNDAY_NOON, ['never']],
  ])('%j at %d: %j', (names, now, by) => {
    expect(muted([], names, now)).toEqual(by && { reason: 'active_time_interval', by });
  });

  test('come before the mute intervals, whose names are there too', () => {
    expect(muted(['sunday'], ['night'], SUNDAY_NOON)).toEqual({
      reason: 'active_time_interval',
      by: ['night', 'sunday'],
    });
    expect(muted(['sunday'], ['night'], SUNDAY_NIGHT)).toEqual({ reason: 'mute_time_interval', by: ['sunday'] });
  });
});
