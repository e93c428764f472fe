import { expect, test } from 'vitest';
import { parseRetryAfter } from '../../src/http-client/retry-after.ts';

const NOW = Date.parse('2026-03-01T08:20:00Z');

test.each([
  ['0', 0],
  ['30', 30_000],
  [' 30 ', 30_000],
  ['0.25', 250],
  ['Sun, 01 Mar 2026 08:21:00 GMT', 60_000],
  ['Sunday, 01-Mar-26 08:21:00 GMT', 60_000],
  ['Sun Mar  1 08:21:00 2026 GMT', 60_000],
  ['Sun, 01 Mar 2026 08:00:00 GMT', 0],
  ['99999999999999', 86_400_000],
  ['Sun, 01 Mar 2099 08:00:00 GMT', 86_400_000],
  ['', undefined],
  ['-5', undefined],
  ['soon', undefined],
  ['1e3', undefined],
  ['2026-03-01T08:21:00Z', undefined],
  [undefined, undefined],
])('Retry-After %j is %j ms', (text, ms) => expect(parseRetryAfter(text, NOW)).toBe(ms));
