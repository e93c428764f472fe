/** More than this is no answer to go by, ms. */
const LONGEST = 24 * 60 * 60 * 1_000;

/**
 * The header Retry-After (RFC 9110, 10.2.3), seconds or a date, in ms from `now`; undefined for anything else.
 * At most a day.
 */
export function parseRetryAfter(text: string | undefined, now: number): number | undefined {
  const value = text?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(value)) return Math.min(Math.ceil(Number(value) * 1_000), LONGEST);
  // A date begins with the day's name: `Date.parse` takes many things that are none.
  const date = /^[a-z]{3,9},? /i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.min(Math.max(date - now, 0), LONGEST);
}
