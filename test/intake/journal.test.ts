import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/alert/alert.ts';
import { LabelSet } from '../../src/alert/label-set.ts';
import { alertChange, isNews, restoreAlert } from '../../src/intake/journal.ts';

const NOW = Date.parse('2026-03-01T08:00:00Z');
const alert: Alert = {
  labels: LabelSet.of({ alertname: 'a', ['__proto__']: 'x' }),
  annotations: LabelSet.of({ summary: 's' }),
  startsAt: NOW - 60_000,
  endsAt: NOW + 240_000,
  updatedAt: NOW,
  timeout: false,
  stale: false,
  event: false,
  generatorURL: 'http://p',
  source: 'prometheus',
  startsAtText: '',
  endsAtText: 'e',
  details: { a: [1] },
};
const restored = (stored: Alert, later: number): Alert =>
  restoreAlert(JSON.parse(JSON.stringify(alertChange(stored))), NOW + later);

describe('restoreAlert', () => {
  it('brings back what was journaled', () => {
    expect(restored(alert, 0)).toEqual(alert);
    const usual = { ...alert, generatorURL: '', endsAtText: '', details: undefined };
    expect(restored(usual, 0)).toEqual(usual);
    const odd = { ...alert, timeout: true, stale: true, event: true, startsAtText: 's' };
    expect(restored(odd, 0)).toEqual(odd);
  });

  it('grants a firing alert its last period anew, since its refreshes were not journaled', () => {
    expect(restored(alert, 3_600_000)).toMatchObject({ endsAt: NOW + 3_600_000 + 240_000, endsAtText: '' });
  });

  it('leaves a far end that its sender gave where it is', () => {
    const until = { ...alert, endsAt: NOW + 86_400_000 };
    expect(restored(until, 23 * 3_600_000)).toEqual(until);
    expect(restored({ ...alert, endsAt: NOW + 3_600_000 }, 1_000).endsAt).toBe(NOW + 3_601_000);
    expect(restored({ ...alert, endsAt: NOW + 3_600_001 }, 1_000).endsAt).toBe(NOW + 3_600_001);
  });

  it('does not take the downtime for a time that was granted', () => {
    const short = restored({ ...alert, endsAt: NOW + 5_000 }, 2_400_000);
    const refreshed = (granted: number): Alert => ({ ...short, endsAt: NOW + granted, updatedAt: NOW });
    expect(isNews(short, refreshed(5_000), NOW)).toBe(false);
    expect(isNews(short, refreshed(3_000_000), NOW)).toBe(true);
  });

  it('leaves ended and once-said alerts as they were', () => {
    const ended = { ...alert, endsAt: NOW - 1 };
    expect(restored(ended, 3_600_000).endsAt).toBe(NOW - 1);
    const once = { ...alert, stale: true };
    expect(restored(once, 3_600_000).endsAt).toBe(alert.endsAt);
  });
});

describe('isNews', () => {
  it.each<[string, boolean, Partial<Alert>]>([
    ['a refresh', false, { endsAt: NOW + 500_000, updatedAt: NOW + 260_000 }],
    ['twice the time and a minute', false, { endsAt: NOW + 540_000 }],
    ['more than twice the time and a minute', true, { endsAt: NOW + 540_001 }],
    ['a shorter time', false, { endsAt: NOW + 1_000 }],
    ['a far end', true, { endsAt: NOW + 3_600_001 }],
    ['a guessed end', true, { timeout: true }],
    ['equal annotations', false, { annotations: LabelSet.of({ summary: 's' }) }],
    ['equal details', false, { details: { a: [1] } }],
    ['the end', true, { endsAt: NOW - 1 }],
    ['other annotations', true, { annotations: LabelSet.of({ summary: 't' }) }],
    ['another link', true, { generatorURL: '' }],
    ['another start', true, { startsAt: NOW }],
    ['other details', true, { details: { a: [2] } }],
    ['details where there were none', true, { details: undefined }],
  ])('%s: %s', (_what, expected, change) => {
    expect(isNews(alert, { ...alert, ...change }, NOW)).toBe(expected);
  });

  it.each<[string, boolean, Partial<Alert>]>([
    ['the same end', false, { updatedAt: NOW + 3_600_000 }],
    ['an end in the same minute', false, { endsAt: NOW + 86_459_999 }],
    ['an end in another minute', true, { endsAt: NOW + 86_460_000 }],
    ['an earlier one', true, { endsAt: NOW + 80_000_000 }],
    ['the time of a refresh', true, { endsAt: NOW + 240_000 }],
    ['the same end when it is near', true, { updatedAt: NOW + 86_000_000 }],
  ])('after a far end: %s: %s', (_what, expected, change) => {
    const far = { ...alert, endsAt: NOW + 86_400_000 };
    expect(isNews(far, { ...far, ...change }, NOW)).toBe(expected);
  });
});
