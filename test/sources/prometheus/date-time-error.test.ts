import { describe, expect, it } from 'vitest';
import { dateTimeError } from '../../../src/sources/prometheus/date-time-error.ts';

describe('the words for a bad time', () => {
  it.each([
    ['foo', 'parsing time "foo" as "2006-01-02": cannot parse "foo" as "2006"'],
    ['2026', 'parsing time "2026" as "2006-01-02": cannot parse "" as "-"'],
    ['2026-1-1', 'parsing time "2026-1-1" as "2006-01-02": cannot parse "1-1" as "01"'],
    ['2026-13-01T00:00:00Z', 'parsing time "2026-13-01T00:00:00Z": month out of range'],
    ['2026-02-30', 'parsing time "2026-02-30": day out of range'],
    ['2026-02-01T', 'parsing time "2026-02-01T": extra text: "T"'],
    ['é"\n', 'parsing time "\\xc3\\xa9\\"\\x0a" as "2006-01-02": cannot parse "\\xc3\\xa9\\"\\x0a" as "2006"'],
  ])('%j', (text, words) => expect(dateTimeError(text)).toBe(words));
});
