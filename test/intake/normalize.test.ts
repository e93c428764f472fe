import { describe, expect, it } from 'vitest';
import { type Alert, type AlertInput, isOver, isResolved, ZERO_TIME } from '../../src/alert/alert.ts';
import { LabelSet } from '../../src/alert/label-set.ts';
import { mergeAlert, normalizeAlert, validateAlert } from '../../src/intake/normalize.ts';

const NOW = Date.parse('2026-03-01T08:00:00Z');
const OPTIONS = { resolveTimeout: 300_000, isValidName: (name: string) => name !== '' };
const labels = LabelSet.of({ alertname: 'a' });

const normalize = (input: Partial<AlertInput> = {}): Alert =>
  normalizeAlert({ labels, annotations: LabelSet.empty, ...input }, 'prometheus', NOW, undefined, OPTIONS);

describe('normalizeAlert', () => {
  it('starts now and ends after resolve_timeout when neither time is given', () => {
    expect(normalize()).toMatchObject({
      startsAt: NOW,
      endsAt: NOW + 300_000,
      updatedAt: NOW,
      timeout: true,
      stale: false,
    });
  });

  it('takes Go zero times as not given', () => {
    expect(normalize({ startsAt: ZERO_TIME, endsAt: ZERO_TIME })).toMatchObject({ startsAt: NOW, timeout: true });
  });

  it('cuts an annotation that nobody would read to its end', () => {
    const long = normalize({ annotations: LabelSet.of({ a: 'x'.repeat(2_000_000), b: 'y' }) });
    expect(long.annotations.get('a')).toHaveLength(1_048_577);
    expect(long.annotations.get('b')).toBe('y');
  });

  it('starts at the given end when only that is known', () => {
    expect(normalize({ endsAt: NOW - 5, endsAtText: 'text' })).toMatchObject({
      startsAt: NOW - 5,
      endsAt: NOW - 5,
      endsAtText: 'text',
      timeout: false,
    });
  });

  it('lets an alert that its sender says once run into staleness, not resolution', () => {
    const alert = normalize({ staleAfter: 1_000 });
    expect(alert).toMatchObject({ endsAt: NOW + 1_000, stale: true });
    expect([isOver(alert, NOW + 1_000), isResolved(alert, NOW + 1_000)]).toEqual([true, false]);
    expect(normalize({ staleAfter: 1_000, endsAt: NOW }).stale).toBe(false);
  });
});

describe('validateAlert', () => {
  const complain = (input: Partial<AlertInput>): string | undefined => validateAlert(normalize(input), false, OPTIONS);

  it.each<[string | undefined, Partial<AlertInput>]>([
    [undefined, {}],
    [undefined, { startsAt: NOW, endsAt: NOW }],
    ['start time must be before end time', { startsAt: NOW, endsAt: NOW - 1 }],
    ['start time must be before end time', { startsAt: NOW, endsAt: NOW - 1, labels: LabelSet.empty }],
    ['at least one label pair required', { labels: LabelSet.empty }],
    ['invalid label set: invalid name ""', { labels: LabelSet.of({ '': 'x' }) }],
    [
      `invalid label set: "${'x'.repeat(40)}…" is longer than 65536 characters`,
      { labels: LabelSet.of({ pod: 'x'.repeat(65_537) }) },
    ],
    [undefined, { labels: LabelSet.of({ pod: 'x'.repeat(65_536) }) }],
    ['invalid annotations: invalid name ""', { annotations: LabelSet.of({ '': 'x' }) }],
  ])('says %s', (expected, input) => {
    expect(complain(input)).toBe(expected);
  });
});

describe('mergeAlert', () => {
  const at = (minute: number): number => NOW + minute * 60_000;
  const alert = (start: number, end: number, more: Partial<Alert> = {}): Alert => ({
    ...normalize(),
    startsAt: at(start),
    endsAt: at(end),
    timeout: false,
    ...more,
  });
  const merged = (old: Alert, next: Alert, now = 0): number[] => {
    const result = mergeAlert(old, next, at(now));
    return [(result.startsAt - NOW) / 60_000, (result.endsAt - NOW) / 60_000];
  };

  it('keeps the earlier start and takes the rest from the newer', () => {
    const next = alert(-1, 4, { generatorURL: 'new' });
    const result = mergeAlert(alert(-3, 3, { generatorURL: 'old', startsAtText: 'first' }), next, NOW);
    expect(result).toMatchObject({ startsAt: at(-3), startsAtText: 'first', endsAt: at(4), generatorURL: 'new' });
  });

  it('lets a longer explicit end survive a shorter refresh, but never an estimated one', () => {
    expect(merged(alert(-3, 9), alert(-1, 4))).toEqual([-3, 9]);
    expect(merged(alert(-3, 9, { timeout: true }), alert(-1, 4))).toEqual([-3, 4]);
  });

  it('ends when the newer says that it is over; of two ends the later', () => {
    expect(merged(alert(-9, 5), alert(-9, -1))).toEqual([-9, -1]);
    expect(merged(alert(-9, -1), alert(-9, -2))).toEqual([-9, -1]);
  });

  it('replaces what does not overlap', () => {
    expect(merged(alert(-9, -5), alert(-1, 4))).toEqual([-1, 4]);
    expect(merged(alert(-9, -5), alert(-9, 4))).toEqual([-9, 4]);
  });
});
