import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { durationString, parseDurationNanos } from '../../src/time/go-duration.ts';
import { fromTimestamp, parseRfc3339, Time } from '../../src/time/go-time.ts';
import { formatLayout, timeString } from '../../src/time/layout.ts';
import { parseLayout } from '../../src/time/parse-layout.ts';
import { abbreviationByRule, zoneRule } from '../../src/time/zone-rules.ts';
import { loadZone, UTC } from '../../src/time/zones.ts';

interface Instant {
  readonly s: number;
  readonly ns: number;
  readonly zone: string;
  readonly zoneErr?: string;
}
interface Format extends Instant {
  readonly op: 'format';
  readonly layout: string;
  readonly want: string;
  readonly str: string;
}
interface Arithmetic extends Instant {
  readonly op: 'arith';
  readonly d: string;
  readonly date: [number, number, number];
  readonly u: Instant;
  readonly add: string;
  readonly trunc: string;
  readonly round: string;
  readonly addDate: string;
  readonly sub: string;
  readonly dstr: string;
  readonly f: readonly unknown[];
}
interface Reading {
  readonly op: 'parse' | 'dur' | 'json';
  readonly layout?: string;
  readonly text: string;
  readonly want?: string;
  readonly err?: string;
}

/** What Go 1.26 gives for random times, zones, layouts and durations. */
const rows: readonly (Format | Arithmetic | Reading)[] = JSON.parse(readFileSync('test/fixtures/go/time.json', 'utf8'));

function rowsOf<T>(op: string): readonly T[] {
  const found = rows.filter((row) => row.op === op) as unknown as readonly T[];
  expect(found.length).toBeGreaterThan(30);
  return found;
}

function timeOf({ s, ns, zone, zoneErr }: Instant): Time {
  return new Time(s, ns, zoneErr === undefined ? loadZone(zone) : UTC);
}

function show(time: Time): string {
  return `${timeString(time)}|${time.location.name}`;
}

function outcome(read: () => string): { want: string } | { err: string } {
  try {
    return { want: read() };
  } catch (error) {
    return { err: (error as Error).message };
  }
}

describe('as Go 1.26 has it', () => {
  test('Format and String', () => {
    for (const row of rowsOf<Format>('format')) {
      expect({ ...row, want: formatLayout(timeOf(row), row.layout), str: timeString(timeOf(row)) }).toEqual(row);
    }
  });

  test('Add, Sub, Truncate, Round, AddDate and the fields', () => {
    for (const row of rowsOf<Arithmetic>('arith')) {
      const time = timeOf(row);
      const duration = BigInt(row.d);
      const { year, month, day } = time.date();
      const second = time.secondOfDay();
      expect({
        ...row,
        add: show(time.add(duration)),
        trunc: show(time.truncate(duration)),
        round: show(time.round(duration)),
        addDate: show(time.addDate(...row.date)),
        sub: String(time.sub(timeOf(row.u))),
        dstr: durationString(duration),
        f: [
          ...[year, month, day, Math.floor(second / 3_600), Math.floor(second / 60) % 60, second % 60],
          ...[time.weekday(), time.dayOfYear(), time.location.at(time.seconds).isDst],
          String(BigInt.asIntN(64, time.unixNanos())),
        ],
      }).toEqual(row);
    }
  });

  test('parsing by a layout', () => {
    for (const { layout = '', text, want, err } of rowsOf<Reading>('parse')) {
      const expected = err === undefined ? { want } : { err };
      expect({ layout, text, ...outcome(() => show(parseLayout(layout, text))) }).toEqual({
        layout,
        text,
        ...expected,
      });
    }
  });

  test('ParseDuration', () => {
    for (const { text, want, err } of rowsOf<Reading>('dur')) {
      const expected = err === undefined ? { want } : { err };
      expect({ text, ...outcome(() => String(parseDurationNanos(text))) }).toEqual({ text, ...expected });
    }
  });

  test('RFC 3339 in JSON', () => {
    for (const { text, want } of rowsOf<Reading>('json')) {
      const time = parseRfc3339(text);
      expect([text, time && show(time)]).toEqual([text, want]);
    }
  });

  test.each([
    ['Nowhere/X', 'unknown time zone Nowhere/X'],
    ['Europe', 'unknown time zone Europe'],
    ['../etc/localtime', 'time: invalid location name'],
    ['/etc/localtime', 'time: invalid location name'],
    ['zone.tab', 'unknown time zone zone.tab'],
  ])('no zone: %s', (name, message) => {
    expect(() => loadZone(name)).toThrow(new Error(message));
  });
});

test('a timestamp of an alert keeps its nanoseconds and its offset', () => {
  expect(timeString(fromTimestamp(1_772_600_767_891.25))).toBe('2026-03-04 05:06:07.89125 +0000 UTC');
  expect(timeString(fromTimestamp(0, '2026-03-04T05:06:07.123456789-05:30'))).toBe(
    '2026-03-04 05:06:07.123456789 -0530 -0530',
  );
});

describe('a machine without zone files', () => {
  test.each(['Europe/Rome', 'Asia/Tokyo', 'Asia/Kolkata', 'America/Sao_Paulo', 'Australia/Sydney', 'America/St_Johns'])(
    'has the abbreviations of today: %s',
    (name) => {
      const zone = loadZone(name);
      for (const seconds of [1_768_000_000, 1_784_000_000]) {
        const { abbreviation, offset, isDst } = zone.at(seconds);
        expect(abbreviationByRule(zoneRule(name) ?? new Map(), offset)).toEqual({ abbreviation, isDst });
      }
    },
  );

  test('has local mean time for an odd offset', () => {
    expect(abbreviationByRule(zoneRule('Europe/Rome') ?? new Map(), 2_996)).toEqual({
      abbreviation: 'LMT',
      isDst: false,
    });
    expect(zoneRule('Nowhere/X')).toBeUndefined();
  });
});
