import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/alert/alert.ts';
import { AlertRecord } from '../../src/alert/alert-record.ts';
import { LabelSet } from '../../src/alert/label-set.ts';
import { alertIdentity, type Evaluation, evaluate, isListed, notificationReason } from '../../src/notify/decide.ts';
import { decodeLogEntry, type LogEntry } from '../../src/notify/log-entry.ts';

const NOW = 1_000_000;

function ask(input: {
  readonly entry?: Partial<LogEntry>;
  readonly firing?: string[];
  readonly events?: string[];
  readonly resolved?: string[];
  readonly expired?: string[];
  readonly sendResolved?: boolean;
}): string | undefined {
  const blank: LogEntry = {
    firing: [],
    resolved: {},
    timestamp: NOW - 10,
    expiresAt: NOW * 2,
    sent: 1,
    firstSentAt: 1,
  };
  const { firing = [], events = [], resolved = [], expired = [], sendResolved = true } = input;
  const evaluation: Evaluation = {
    alerts: [],
    firing: new Set(firing),
    events: new Set(events),
    resolved: new Map(resolved.map((identity) => [identity, 1])),
    expired: new Set(expired),
  };
  const entry = input.entry && { ...blank, ...input.entry };
  return notificationReason(entry, evaluation, { sendResolved, repeatInterval: 1_000, now: NOW });
}

describe('notificationReason', () => {
  it.each<[string | undefined, Parameters<typeof ask>[0]]>([
    ['first notification', { firing: ['a'] }],
    [undefined, { resolved: ['a'] }],
    ['first notification', { entry: {}, firing: ['a'] }],
    ['new alerts added', { entry: { firing: ['a'] }, firing: ['a', 'b'] }],
    ['new alerts added', { entry: { firing: ['a'] }, firing: ['b'], resolved: ['a'] }],
    ['all alerts resolved', { entry: { firing: ['a'] }, resolved: ['a'] }],
    ['all alerts resolved', { entry: { firing: ['a'] }, resolved: ['a'], sendResolved: false }],
    [undefined, { entry: { resolved: { a: 1 } }, resolved: ['a', 'b'] }],
    ['some alerts resolved', { entry: { firing: ['a', 'b'] }, firing: ['b'], resolved: ['a'] }],
    [undefined, { entry: { firing: ['a', 'b'] }, firing: ['b'], resolved: ['a'], sendResolved: false }],
    [undefined, { entry: { firing: ['a', 'b'], resolved: { a: 1 } }, firing: ['b'], resolved: ['a'] }],
    [undefined, { entry: { firing: ['a', 'b'] }, firing: ['b'] }],
    [undefined, { entry: { firing: ['a'], timestamp: NOW - 1_000 }, firing: ['a'] }],
    ['repeat interval elapsed', { entry: { firing: ['a'], timestamp: NOW - 1_001 }, firing: ['a'] }],
    [undefined, { entry: { firing: ['a'] }, expired: ['a'] }],
    ['first notification', { entry: { firing: ['a'] }, expired: ['a'], firing: ['b'] }],
    [undefined, { entry: { events: ['a@1'], timestamp: 1 }, events: ['a@1'] }],
    ['new alerts added', { entry: { events: ['a@1'] }, events: ['a@2'] }],
    [undefined, { entry: { muted: ['a'] }, expired: ['a'] }],
    ['all alerts resolved', { entry: { muted: ['a'] }, resolved: ['a'] }],
    ['some alerts resolved', { entry: { firing: ['b'], muted: ['a'] }, firing: ['b'], resolved: ['a'] }],
    ['new alerts added', { entry: { firing: ['b'], muted: ['a'] }, firing: ['a', 'b'] }],
  ])('%s: %j', (expected, input) => {
    expect(ask(input)).toBe(expected);
  });
});

describe('an alert whose sender sends it once', () => {
  const labels = LabelSet.of({ alertname: 'a' });
  const identity = labels.fingerprint;
  const occurrence = {
    id: 'x',
    revision: 'second',
    latest: NOW - 500,
    updateInterval: 100,
    count: 1,
    firstSeenAt: NOW - 1_000,
  };
  const alert: Alert = {
    labels,
    annotations: LabelSet.empty,
    startsAt: NOW - 1_000,
    endsAt: NOW + 1_000,
    updatedAt: NOW,
    timeout: true,
    stale: true,
    event: false,
    generatorURL: '',
    source: 'rhacs',
    startsAtText: '',
    endsAtText: '',
    details: undefined,
    occurrence,
  };
  const over = { ...alert, endsAt: NOW - 1, timeout: false, stale: false };
  const entryOf = (entry: Partial<LogEntry>): LogEntry => ({
    firing: [],
    resolved: {},
    timestamp: NOW - 10,
    expiresAt: NOW * 2,
    sent: 1,
    firstSentAt: 1,
    ...entry,
  });
  const version = (revision: string, at: number) => ({ [identity]: { revision, latest: 0, at } });
  const evaluated = (one: Alert, entry: Partial<LogEntry>) =>
    evaluate([{ record: new AlertRecord(one), alert: one }], entryOf(entry), NOW).alerts[0];

  it.each<[boolean, string, Partial<LogEntry>]>([
    [true, 'when the interval has passed', { versions: version('first', NOW - 100) }],
    [false, 'within the interval', { versions: version('first', NOW - 99) }],
    [false, 'when it was notified as it is', { versions: version('second', NOW - 500) }],
    [false, 'when nobody knows what was notified', {}],
  ])('is updated (%s) %s', (updated, _when, entry) => {
    expect(evaluated(alert, { firing: [identity], ...entry })?.updated).toBe(updated);
    expect(evaluated(over, { firing: [identity], ...entry })?.updated).toBe(false);
  });

  it.each<[boolean, string, Partial<LogEntry>]>([
    [true, 'never notified', {}],
    [false, 'notified as firing', { firing: [identity], versions: version('first', NOW - 100) }],
    [false, 'notified as resolved', { resolved: { [identity]: NOW }, versions: version('second', NOW - 100) }],
    [
      true,
      'the time before was notified as resolved',
      { resolved: { [identity]: NOW }, versions: version('first', NOW - 100) },
    ],
  ])('is undelivered (%s) when it is over and was %s', (pending, _what, entry) => {
    expect(evaluated(over, entry)?.undelivered).toBe(pending);
  });

  it('is not undelivered if its sender does not number it', () => {
    expect(evaluated({ ...over, occurrence: undefined }, {})?.undelivered).toBe(false);
  });
});

describe('what an entry has notified already', () => {
  const labels = LabelSet.of({ alertname: 'a' });
  const base: Alert = {
    labels,
    annotations: LabelSet.empty,
    startsAt: NOW - 1_000,
    endsAt: NOW - 100,
    updatedAt: NOW,
    timeout: false,
    stale: false,
    event: false,
    generatorURL: '',
    source: 'prometheus',
    startsAtText: '',
    endsAtText: '',
    details: undefined,
  };
  const blank = { firing: [], resolved: {}, timestamp: NOW - 10, expiresAt: NOW * 2, sent: 1, firstSentAt: 1 };
  const listed = (alert: Alert, entry: Partial<LogEntry>): boolean[] =>
    evaluate([{ record: new AlertRecord(alert), alert }], { ...blank, ...entry }, NOW).alerts.map((one) =>
      isListed(one, true),
    );

  it('is not listed again: the end of an occurrence', () => {
    const identity = labels.fingerprint;
    expect(listed(base, { resolved: { [identity]: base.startsAt } })).toEqual([false]);
    expect(listed(base, {})).toEqual([true]);
    expect(listed({ ...base, startsAt: NOW - 200 }, { resolved: { [identity]: base.startsAt } })).toEqual([true]);
  });

  it('is not listed again: an event', () => {
    const event = { ...base, event: true, endsAt: NOW + 1_000 };
    expect(listed(event, { events: [alertIdentity(event)] })).toEqual([false]);
    expect(listed(event, { events: ['another'] })).toEqual([true]);
  });
});

describe('an entry of 0.1.0', () => {
  it('had events among the firing ones, and resolved alerts without a time', () => {
    const stored = { firing: ['a', 'b@17'], resolved: ['c'], timestamp: 5, expiresAt: 9, sent: 1, firstSentAt: 5 };
    expect(decodeLogEntry(stored)).toEqual({ ...stored, firing: ['a'], events: ['b@17'], resolved: { c: 5 } });
  });
});
