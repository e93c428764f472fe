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
  restoreAlert(JSON.parse(JSON.stringify({ ...alertChange('k', stored), value: stored })), NOW + later);

describe('restoreAlert', () => {
  it('brings back what was journaled', () => {
    expect(restored(alert, 0)).toEqual(alert);
  });

  it('grants a firing alert its last period anew, since its refreshes were not journaled', () => {
    expect(restored(alert, 3_600_000)).toMatchObject({ endsAt: NOW + 3_600_000 + 240_000, endsAtText: '' });
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
    ['a later end', false, { endsAt: NOW + 500_000, updatedAt: NOW + 1 }],
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
});
